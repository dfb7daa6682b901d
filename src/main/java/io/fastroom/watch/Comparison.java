package io.fastroom.watch;

import io.fastroom.bus.Bus;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.Compare;
import io.fastroom.persistence.UnreadApi.Compared;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds what nobody has told: a hint lost with Redis, a node killed between a commit and its hint. Each second it asks
 * which of some watched rooms and of some users who watch are not what is known of them, and goes round.
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

  private record Known(WatchedRoom room, UnreadApi.Known head, boolean wasDue) { }

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
        known.add(new Known(room, new UnreadApi.Known(room.id(), room.seq, room.ts), room.isDue()));
      }
    }
    List<Versioned> versions = new ArrayList<>();
    Map<Long, Long> versionOf = new HashMap<>();
    while (!users.isEmpty() && versions.size() < A_SECOND) {
      WatchedUser user = users.poll();
      if (list.user(user.id) == user && !user.isNew()) {
        versions.add(new Versioned(user, user.version));
        versionOf.put(user.id, user.version);
      }
    }
    if (known.isEmpty() && versions.isEmpty()) {
      return;
    }
    asking = true;
    Compare question = new Compare(known.stream().map(Known::head).toList(), versionOf);
    bus.ask(UnreadApi.COMPARE, question).onComplete(answer -> {
      asking = false;
      if (answer.succeeded()) {
        compared(known, versions, answer.result());
      }
    });
  }

  private void compared(List<Known> known, List<Versioned> versions, Compared others) {
    for (Known one : known) {
      if (others.rooms().contains(one.room.id()) && list.room(one.room.id()) == one.room
          && one.room.seq == one.head.seq()) {
        if (!one.room.isDue() && !one.wasDue) {
          metrics.healedRoom();
        }
        refresher.moved(one.room);
      }
    }
    for (Versioned one : versions) {
      Long version = others.versions().get(one.user.id);
      if (version != null && list.user(one.user.id) == one.user && one.user.version == one.version) {
        // Lower only when the database has been restored.
        one.user.version = Math.min(version, one.version);
        metrics.healedUser();
        sync.want(one.user);
      }
    }
  }
}
