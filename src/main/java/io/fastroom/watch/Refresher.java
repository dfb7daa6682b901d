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
  private record Asked(WatchedRoom room, Set<Place> who) { }

  /** Something has happened in the room after what is known. */
  void moved(WatchedRoom room) {
    room.moved = true;
    due.add(room);
  }

  /** Something that is shown of the room has changed for one user. */
  void owe(Place place) {
    if (place.room != null) {
      place.room.owe(place);
      due.add(place.room);
    }
  }

  /** Messages up to {@code seq} are gone: whoever had not read them has less to read. */
  void thinned(WatchedRoom room, long seq) {
    drop(room);
    room.places.stream().filter(place -> place.readSeq < seq).forEach(this::owe);
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
      asked.who.forEach(this::owe);
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
    tell(room, all ? room.places : asked.who, changes);
    if (changes.mentions()) {
      mentioner.owe(room, question.seq(), changes.head());
    }
    mentioner.goOn(room, () -> moved(room));
  }

  private void fence(WatchedUser user, WatchedRoom room, long lost) {
    Place place = user == null ? null : user.places.get(room.id());
    if (place != null && lost > place.changedSeq) {
      place.lostSeq = lost;
      unsure.accept(user);
    }
  }

  private void gone(WatchedRoom room) {
    drop(room);
    for (Place place : List.copyOf(room.places)) {
      list.remove(place);
      teller.watchers(place.user.id, WatchJson.removed(room.id(), "deleted"));
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

  private void tell(WatchedRoom room, Collection<Place> who, Changes changes) {
    Map<Integer, byte[]> encoded = new LinkedHashMap<>();
    List<Place> unknown = new ArrayList<>();
    for (Place place : who) {
      if (place.room == room && !place.isFenced()) {
        int unread = room.window == null ? -1 : room.window.count(place.user.id, place.readSeq);
        if (unread < 0) {
          unknown.add(place);
        } else {
          tell(place, unread, changes, encoded);
        }
      }
    }
    for (int from = 0; from < unknown.size(); from += COUNTED) {
      count(room, List.copyOf(unknown.subList(from, Math.min(unknown.size(), from + COUNTED))), changes, encoded);
    }
  }

  private void tell(Place place, int unread, Changes changes, Map<Integer, byte[]> encoded) {
    metrics.activity();
    teller.outside(place.user.id, place.roomId, encoded.computeIfAbsent(unread,
        count -> WatchJson.activity(changes.room(), changes.head(), count, changes.last())));
  }

  /** Reads for those whose mark is further back than what is kept here. */
  private void count(WatchedRoom room, List<Place> places, Changes changes, Map<Integer, byte[]> encoded) {
    List<Long> users = places.stream().map(place -> place.user.id).toList();
    List<Long> marks = places.stream().map(place -> place.readSeq).toList();
    bus.ask(UnreadApi.COUNT_UNREAD, new CountUnread(room.id(), users, marks, changes.head())).onComplete(answer -> {
      for (int i = 0; i < places.size(); i++) {
        Place place = places.get(i);
        if (place.room != room || place.isFenced()) {
          continue;
        }
        if (answer.succeeded() && room.seq == changes.head() && place.readSeq == marks.get(i)) {
          tell(place, answer.result().get(i), changes, encoded);
        } else {
          owe(place);
        }
      }
    });
  }
}
