package io.fastroom.watch;

import io.fastroom.bus.Bus;
import io.fastroom.model.Position;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.Changes;
import io.fastroom.persistence.UnreadApi.CountUnread;
import io.fastroom.persistence.UnreadApi.ListChanges;
import io.fastroom.persistence.UnreadApi.Since;
import io.fastroom.wire.WatchJson;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads what has happened in watched rooms and tells those who watch. Every event between what was known and what is told
 * has been looked at, so nobody is told of anything after the event that took their right to the room.
 *
 * <p>Thread: the WatchVerticle's. Limits: one statement at a time, of {@value #ROOMS} rooms; each room once a second;
 * {@value #WINDOWS} windows are kept, those of the rooms in which something has happened last.
 */
final class Refresher {
  /** Between two times that a room is told of; a little more than a second, since what is sent may be held up on its way. */
  static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_100);
  private static final int ROOMS = 300;
  private static final int WINDOWS = 4_096;
  private static final int COUNTED = 1_000;

  private final Bus bus;
  private final Watchlist list;
  private final Teller teller;
  private final Mentioner mentioner;
  private final Consumer<WatchedUser> unsure;
  private final WatchMetrics metrics;
  private final Set<WatchedRoom> due = new LinkedHashSet<>();
  private final Set<WatchedRoom> withWindow = new LinkedHashSet<>();
  private boolean asking;

  /** @param unsure told of users who may have lost a room */
  Refresher(Bus bus, Watchlist list, Teller teller, Consumer<WatchedUser> unsure, WatchMetrics metrics) {
    this.bus = bus;
    this.list = list;
    this.teller = teller;
    this.mentioner = new Mentioner(bus, list, teller);
    this.unsure = unsure;
    this.metrics = metrics;
  }

  /** @param who is to be told; null for everybody */
  private record Asked(WatchedRoom room, Set<WatchedUser> who) { }

  /** Something has happened in the room after what is known. */
  void moved(WatchedRoom room) {
    room.moved = true;
    due.add(room);
  }

  /** Something that is shown of the room has changed for one user. */
  void owe(WatchedUser user, WatchedRoom room) {
    if (room.has(user)) {
      room.owe(user);
      due.add(room);
    }
  }

  /** Messages up to {@code seq} are gone: whoever had not read them has less to read. */
  void thinned(WatchedRoom room, long seq) {
    drop(room);
    room.users().stream().filter(user -> user.places.readSeq(room.id()) < seq).forEach(user -> owe(user, room));
  }

  /** To be called several times a second. */
  void tick() {
    if (asking) {
      return;
    }
    long now = System.nanoTime();
    List<Asked> asked = new ArrayList<>();
    List<Since> questions = new ArrayList<>();
    for (WatchedRoom room : due) {
      if (now - room.toldAt >= PAUSE_NANOS && asked.size() < ROOMS) {
        asked.add(new Asked(room, null));
        questions.add(new Since(room.id(), room.seq, room.window == null ? -1 : room.seq));
      }
    }
    if (asked.isEmpty()) {
      return;
    }
    List<Asked> settled = asked.stream().map(one -> new Asked(one.room, one.room.take())).toList();
    settled.forEach(one -> due.remove(one.room));
    asking = true;
    bus.ask(UnreadApi.LIST_CHANGES, new ListChanges(questions, Window.SIZE)).onComplete(answer -> {
      asking = false;
      for (int i = 0; i < settled.size(); i++) {
        if (list.room(settled.get(i).room.id()) != settled.get(i).room) {
          continue;
        }
        if (answer.succeeded()) {
          changed(settled.get(i), questions.get(i), answer.result().get(i));
        } else {
          again(settled.get(i));
        }
      }
    });
  }

  private void again(Asked asked) {
    asked.room.toldAt = System.nanoTime();
    if (asked.who == null) {
      moved(asked.room);
    } else {
      asked.who.forEach(user -> owe(user, asked.room));
    }
  }

  private void changed(Asked asked, Since question, Changes changes) {
    WatchedRoom room = asked.room;
    if (changes == null) {
      gone(room);
      return;
    }
    boolean other = changes.head() < room.seq
        || changes.wasTs() != null && room.ts != null && !Position.sameTime(changes.wasTs(), room.ts);
    boolean all = asked.who == null || other || changes.head() > room.seq;
    changes.lost().forEach((user, seq) -> fence(list.user(user), room, seq));
    room.room = changes.room();
    room.seq = changes.head();
    room.ts = changes.headTs();
    if (other) {
      // The log is another one: what is known of its messages is no longer so.
      drop(room);
      Mentioner.forget(room);
      moved(room);
      return;
    }
    keep(room, question, changes);
    room.toldAt = System.nanoTime();
    tell(room, all ? room.users() : asked.who, changes);
    if (changes.mentions()) {
      mentioner.owe(room, question.seq(), changes.head());
    }
    mentioner.goOn(room, () -> moved(room));
  }

  private void fence(WatchedUser user, WatchedRoom room, long lost) {
    if (user != null && user.places.has(room.id()) && lost > user.places.changedSeq(room.id())) {
      user.places.fence(room.id(), lost);
      unsure.accept(user);
    }
  }

  private void gone(WatchedRoom room) {
    drop(room);
    for (WatchedUser user : List.copyOf(room.users())) {
      list.remove(user, room.id());
      teller.watchers(user.id, WatchJson.removed(room.id(), "deleted"));
    }
    list.told();
  }

  private void keep(WatchedRoom room, Since question, Changes changes) {
    if (question.from() < 0 || room.window == null) {
      room.window = question.from() < 0 ? new Window(changes.seqs(), changes.authors()) : null;
    } else {
      room.window.add(changes.seqs(), changes.authors());
      for (long gone : changes.gone()) {
        room.window.remove(gone);
      }
    }
    withWindow.remove(room);
    withWindow.add(room);
    if (withWindow.size() > WINDOWS) {
      drop(withWindow.iterator().next());
    }
  }

  private void drop(WatchedRoom room) {
    room.window = null;
    withWindow.remove(room);
  }

  /** Windows of rooms that are in nobody's list any more. */
  void forget() {
    withWindow.removeIf(room -> list.room(room.id()) != room);
    due.removeIf(room -> list.room(room.id()) != room);
  }

  private void tell(WatchedRoom room, Collection<WatchedUser> who, Changes changes) {
    Map<Integer, byte[]> encoded = new LinkedHashMap<>();
    List<WatchedUser> unknown = new ArrayList<>();
    for (WatchedUser user : who) {
      if (mayKnow(user, room)) {
        int unread = room.window == null ? -1 : room.window.count(user.id, user.places.readSeq(room.id()));
        if (unread < 0) {
          unknown.add(user);
        } else {
          tell(user, room, unread, changes, encoded);
        }
      }
    }
    for (int from = 0; from < unknown.size(); from += COUNTED) {
      count(room, List.copyOf(unknown.subList(from, Math.min(unknown.size(), from + COUNTED))), changes, encoded);
    }
  }

  private static boolean mayKnow(WatchedUser user, WatchedRoom room) {
    return room.has(user) && !user.places.isFenced(room.id());
  }

  private void tell(WatchedUser user, WatchedRoom room, int unread, Changes changes, Map<Integer, byte[]> encoded) {
    metrics.activity();
    teller.outside(user.id, room.id(), encoded.computeIfAbsent(unread,
        count -> WatchJson.activity(changes.room(), changes.head(), count, changes.last())));
  }

  /** Reads for those whose mark is further back than what is kept here. */
  private void count(WatchedRoom room, List<WatchedUser> users, Changes changes, Map<Integer, byte[]> encoded) {
    List<Long> ids = users.stream().map(user -> user.id).toList();
    List<Long> marks = users.stream().map(user -> user.places.readSeq(room.id())).toList();
    bus.ask(UnreadApi.COUNT_UNREAD, new CountUnread(room.id(), ids, marks, changes.head())).onComplete(answer -> {
      for (int i = 0; i < users.size(); i++) {
        WatchedUser user = users.get(i);
        if (!mayKnow(user, room)) {
          continue;
        }
        if (answer.succeeded() && room.seq == changes.head() && user.places.readSeq(room.id()) == marks.get(i)) {
          tell(user, room, answer.result().get(i), changes, encoded);
        } else {
          owe(user, room);
        }
      }
    });
  }
}
