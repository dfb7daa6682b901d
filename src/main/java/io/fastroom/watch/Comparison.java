package io.fastroom.watch;

import io.fastroom.bus.Bus;
import io.fastroom.model.Position;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.Compare;
import io.fastroom.persistence.UnreadApi.Compared;
import io.fastroom.persistence.UnreadApi.Head;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Finds what nobody has told: a hint lost with Redis, a node killed between a commit and its hint. Each second it asks for
 * the heads of some watched rooms and the versions of some users who watch, and goes round.
 *
 * <p>Thread: the WatchVerticle's. Limits: one statement of each kind at a time, of {@value #A_SECOND} rooms and users.
 */
final class Comparison {
  private static final int A_SECOND = 4_000;

  private final Bus bus;
  private final Watchlist list;
  private final Refresher refresher;
  private final Sync sync;
  private final WatchMetrics metrics;
  private final Deque<WatchedRoom> rooms = new ArrayDeque<>();
  private final Deque<WatchedUser> users = new ArrayDeque<>();
  private boolean asking;

  private record Known(WatchedRoom room, long seq, Instant ts, boolean wasDue) { }

  private record Versioned(WatchedUser user, long version) { }

  Comparison(Bus bus, Watchlist list, Refresher refresher, Sync sync, WatchMetrics metrics) {
    this.bus = bus;
    this.list = list;
    this.refresher = refresher;
    this.sync = sync;
    this.metrics = metrics;
  }

  /** To be called about every second. */
  void everySecond() {
    if (asking) {
      return;
    }
    if (rooms.isEmpty()) {
      rooms.addAll(list.rooms());
    }
    if (users.isEmpty()) {
      users.addAll(list.users());
    }
    List<Known> known = new ArrayList<>();
    while (!rooms.isEmpty() && known.size() < A_SECOND) {
      WatchedRoom room = rooms.poll();
      if (list.room(room.id()) == room) {
        known.add(new Known(room, room.seq, room.ts, room.isDue()));
      }
    }
    List<Versioned> versions = new ArrayList<>();
    while (!users.isEmpty() && versions.size() < A_SECOND) {
      WatchedUser user = users.poll();
      if (list.user(user.id) == user && !user.isNew()) {
        versions.add(new Versioned(user, user.version));
      }
    }
    if (known.isEmpty() && versions.isEmpty()) {
      return;
    }
    asking = true;
    Compare question = new Compare(known.stream().map(one -> one.room.id()).toList(),
        versions.stream().map(one -> one.user.id).toList());
    bus.ask(UnreadApi.COMPARE, question).onComplete(answer -> {
      asking = false;
      if (answer.succeeded()) {
        compared(known, versions, answer.result());
      }
    });
  }

  private void compared(List<Known> known, List<Versioned> versions, Compared now) {
    for (Known one : known) {
      if (list.room(one.room.id()) == one.room && one.room.seq == one.seq && differs(one, now.heads().get(one.room.id()))) {
        if (!one.room.isDue() && !one.wasDue) {
          metrics.healedRoom();
        }
        refresher.moved(one.room);
      }
    }
    for (Versioned one : versions) {
      Long version = now.versions().get(one.user.id);
      if (list.user(one.user.id) == one.user && one.user.version == one.version && version != null
          && version != one.version) {
        // Lower only when the database has been restored.
        one.user.version = Math.min(version, one.version);
        metrics.healedUser();
        sync.want(one.user);
      }
    }
  }

  private static boolean differs(Known one, Head head) {
    return head == null || head.seq() != one.seq
        || head.ts() != null && one.ts != null && !Position.sameTime(head.ts(), one.ts);
  }
}
