package io.fastroom.watch;

import io.fastroom.model.ListedRoom;
import io.fastroom.model.Room;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A room that is in somebody's list on this node. Thread: the WatchVerticle's. */
final class WatchedRoom {
  final List<Place> places = new ArrayList<>(2);
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
  private Set<Place> owed;
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

  void enter(Place place) {
    place.room = this;
    place.index = places.size();
    places.add(place);
  }

  void leave(Place place) {
    Place last = places.remove(places.size() - 1);
    if (last != place) {
      places.set(place.index, last);
      last.index = place.index;
    }
    place.room = null;
    if (owed != null) {
      owed.remove(place);
    }
  }

  void owe(Place place) {
    if (owed == null) {
      owed = new HashSet<>();
    }
    owed.add(place);
  }

  boolean isDue() {
    return moved || owed != null && !owed.isEmpty();
  }

  /** Who is to be told, which is settled by this; null for everybody. */
  Set<Place> take() {
    Set<Place> taken = moved ? null : owed == null ? Set.of() : owed;
    moved = false;
    owed = null;
    return taken;
  }
}
