package io.fastroom.watch;

import io.fastroom.model.ListedRoom;
import io.fastroom.model.Room;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A room that is in somebody's list on this node. Thread: the WatchVerticle's. */
final class WatchedRoom {
  private static final Comparator<WatchedUser> BY_ID = Comparator.comparingLong(user -> user.id);

  /** Whoever was shown it, ascending. */
  private final List<WatchedUser> users = new ArrayList<>(2);
  Room room;
  /** What has happened up to it is known, and told as soon as that may be. */
  long seq;
  /** The time of the event at {@link #seq}, null when there is none. */
  Instant ts;
  /** Null while nothing has happened for a while. */
  Window window;
  /** Something has happened after {@link #seq}: everybody is to be told. */
  boolean moved;
  /** Of mentions: all up to the first have been told, those up to the second are owed. */
  long mentionedTo;
  long mentionsTo;
  /** They are being read. */
  boolean mentioning;
  /** Those who are to be told in any case; null for nobody, which is nearly always. */
  private Set<WatchedUser> owed;
  /** When something was told last, by {@link System#nanoTime}. */
  long toldAt = System.nanoTime() - Refresher.PAUSE_NANOS;

  WatchedRoom(ListedRoom listed) {
    this.room = listed.room();
    this.seq = listed.seq();
    this.ts = listed.ts();
  }

  long id() {
    return room.id();
  }

  /** Not to be changed. */
  List<WatchedUser> users() {
    return users;
  }

  /** Whether the user has been shown it and has it still. */
  boolean has(WatchedUser user) {
    int at = find(user);
    return at >= 0 && users.get(at) == user;
  }

  void enter(WatchedUser user) {
    int at = find(user);
    if (at < 0) {
      users.add(-at - 1, user);
    }
  }

  void leave(WatchedUser user) {
    if (has(user)) {
      users.remove(find(user));
    }
    if (owed != null) {
      owed.remove(user);
    }
  }

  private int find(WatchedUser user) {
    return Collections.binarySearch(users, user, BY_ID);
  }

  void owe(WatchedUser user) {
    if (owed == null) {
      owed = new HashSet<>();
    }
    owed.add(user);
  }

  boolean isDue() {
    return moved || owed != null && !owed.isEmpty();
  }

  /** Who is to be told, which is settled by this; null for everybody. */
  Set<WatchedUser> take() {
    Set<WatchedUser> taken = moved ? null : owed == null ? Set.of() : owed;
    moved = false;
    owed = null;
    return taken;
  }
}
