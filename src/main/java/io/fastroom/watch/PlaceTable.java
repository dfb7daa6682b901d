package io.fastroom.watch;

import java.util.HashMap;
import java.util.Map;

/**
 * The rooms of one user, ascending, and how far they have read in each. There may be millions on a node, so they are rows
 * of three columns and no objects. Thread: the WatchVerticle's.
 */
final class PlaceTable {
  private static final int AT_FIRST = 8;

  private final LongColumn rooms = new LongColumn();
  /** Of the event that made the user what they are in the room, or of a later one. */
  private final LongColumn changed = new LongColumn();
  private final LongColumn read = new LongColumn();
  private int size;
  /** Of the events that took the right to a room away: nothing is told until it is known what is. Null for none. */
  private Map<Long, Long> lost;

  /** Makes room for so many, no more: most users' places are read once and stay what they are. */
  void expect(int count) {
    if (count > rooms.length()) {
      resize(count);
    }
  }

  boolean has(long room) {
    return find(room) >= 0;
  }

  long changedSeq(long room) {
    return changed.get(find(room));
  }

  long readSeq(long room) {
    return read.get(find(room));
  }

  boolean isFenced(long room) {
    return lostSeq(room) > 0;
  }

  /** 0 when it is not lost. */
  long lostSeq(long room) {
    return lost == null ? 0 : lost.getOrDefault(room, 0L);
  }

  void fence(long room, long lostSeq) {
    lost = lost == null ? new HashMap<>() : lost;
    lost.put(room, lostSeq);
  }

  void unfence(long room) {
    if (lost != null && lost.remove(room) != null && lost.isEmpty()) {
      lost = null;
    }
  }

  /** Both only ever grow. */
  void advance(long room, long changedSeq, long readSeq) {
    int at = find(room);
    changed.set(at, Math.max(changed.get(at), changedSeq));
    read.set(at, Math.max(read.get(at), readSeq));
  }

  /** One that is not there yet. */
  void add(long room, long changedSeq, long readSeq) {
    if (size == rooms.length()) {
      resize(Math.max(AT_FIRST, size + size / 4));
    }
    int at = -find(room) - 1;
    move(at, at + 1, size - at);
    rooms.set(at, room);
    changed.set(at, changedSeq);
    read.set(at, readSeq);
    size++;
  }

  /** @return false when it is not there */
  boolean remove(long room) {
    int at = find(room);
    if (at < 0) {
      return false;
    }
    unfence(room);
    size--;
    move(at + 1, at, size - at);
    if (size < rooms.length() / 4) {
      resize(size);
    }
    return true;
  }

  long[] rooms() {
    return rooms.copy(size);
  }

  private int find(long room) {
    return rooms.find(room, size);
  }

  private void move(int from, int to, int count) {
    rooms.move(from, to, count);
    changed.move(from, to, count);
    read.move(from, to, count);
  }

  private void resize(int length) {
    rooms.resize(length);
    changed.resize(length);
    read.resize(length);
  }
}
