package io.fastroom.room;

import io.fastroom.model.Committed;
import io.fastroom.model.Position;
import io.fastroom.model.RoomEvent.Other;
import io.fastroom.persistence.LogPageSize;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Events of a room that wait for those before them.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@value #MAX} events and {@value #MAX_BYTES} bytes; beyond it they are dropped,
 * since they will be read from the log with the gap.
 */
final class PendingEvents {
  static final int MAX = 4096;
  static final long MAX_BYTES = 4 << 20;

  /** @param json null when it has not been encoded; @param arrival counts what has come so far */
  record Pending(Committed committed, byte[] json, long arrival) { }

  private final TreeMap<Long, Pending> bySeq = new TreeMap<>();
  private long arrivals;

  boolean isEmpty() {
    return bySeq.isEmpty();
  }

  /** What is kept, in bytes of memory; counted when asked, since there is hardly ever anything. */
  long memory() {
    return bySeq.isEmpty() ? 0 : bySeq.values().stream().mapToLong(one -> LogPageSize.of(one.committed.event())).sum();
  }

  long arrivals() {
    return arrivals;
  }

  void put(Committed committed, byte[] json) {
    long seq = committed.event().seq();
    if (bySeq.size() < MAX && memory() < MAX_BYTES || bySeq.containsKey(seq)) {
      bySeq.put(seq, better(bySeq.get(seq), committed, json));
    }
  }

  /** Removes what waits at the seq of this event, and answers with the better of the two. */
  Pending take(Committed committed, byte[] json) {
    return better(bySeq.remove(committed.event().seq()), committed, json);
  }

  /** The copy that knows its sender beats the one read from the log; so does that of a kind that is not known here. */
  private Pending better(Pending had, Committed committed, byte[] json) {
    boolean keep = had != null && committed.connId() == null
        && (had.committed.connId() != null || had.committed.event() instanceof Other)
        && Position.sameTime(had.committed.event().ts(), committed.event().ts());
    return keep ? had : new Pending(committed, json, ++arrivals);
  }

  /** The event at {@code seq}, null when it does not wait here; those before it are dropped. */
  Pending poll(long seq) {
    bySeq.headMap(seq).clear();
    return bySeq.remove(seq);
  }

  void dropUpTo(long seq) {
    bySeq.headMap(seq, true).clear();
  }

  /** Drops those after {@code seq} that were among the first so many to come. */
  void dropAfter(long seq, long arrivals) {
    bySeq.tailMap(seq, false).values().removeIf(one -> one.arrival <= arrivals);
  }

  /** Removes them all. */
  List<Committed> drain() {
    List<Committed> all = new ArrayList<>();
    bySeq.values().forEach(one -> all.add(one.committed));
    bySeq.clear();
    return all;
  }
}
