package io.fastroom.room;

import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the live rooms of the node keep of their logs, together. When it is more than the budget, those that have not been
 * used for longest give up what they keep: their next join, or reader who is behind, reads it from PostgreSQL. So do
 * those that have not been used for a minute.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@code limit}, and what the room used last keeps beyond it, which is bounded by
 * {@link Tail} and {@link RecentMessages}.
 */
final class RoomMemory {
  /** What an event takes beside its frame, of which the text is kept a second time: objects and places in maps. */
  private static final int EVENT_BYTES = 300;
  private static final int REACTION_BYTES = 120;
  /** How long a room keeps what nobody needs. */
  private static final long UNUSED_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final long limit;
  private final RoomMetrics metrics;
  /** In the order of their last use. */
  private final Map<LiveRoom, Long> held = new LinkedHashMap<>();
  private long bytes;
  /** What readings under way bring that no room holds yet. */
  private long reading;

  /** In bytes. @param megabytes 0 for an eighth of the heap */
  static long limit(int megabytes) {
    return megabytes > 0 ? (long) megabytes << 20 : Runtime.getRuntime().maxMemory() / 8;
  }

  /** @param limit bytes */
  RoomMemory(long limit, RoomMetrics metrics) {
    this.limit = limit;
    this.metrics = metrics;
  }

  /** What an event and its frame take in memory, about. */
  static long of(RoomEvent event, byte[] json) {
    int kinds = event instanceof Chat chat ? chat.message().reactions().size() : 0;
    return 2L * json.length + EVENT_BYTES + (long) kinds * REACTION_BYTES;
  }

  /** The room has been used, and may hold more or less than before. */
  void used(LiveRoom room) {
    room.usedAt = System.nanoTime();
    Long before = held.remove(room);
    long now = room.bytes();
    held.put(room, now);
    add(now - (before == null ? 0 : before));
    relieve(room);
  }

  /** Whether it has been used within the last minute. @param now as below */
  boolean isInUse(LiveRoom room, long now) {
    return now - room.usedAt < UNUSED_NANOS;
  }

  void removed(LiveRoom room) {
    Long before = held.remove(room);
    add(before == null ? 0 : -before);
  }

  /** A reading for a tail that is to be extended expects so many bytes more, or fewer. */
  void reading(long more) {
    reading += more;
    relieve(null);
    metrics.memory(bytes + reading);
  }

  /** Whether a tail may be extended by so much. */
  boolean hasRoomFor(long more) {
    return bytes + reading + more <= limit / 2;
  }

  /**
   * Rooms that nobody has needed anything of for a while give up what they keep. To be called about every second.
   *
   * @param now in nanoseconds, of the monotonic clock
   */
  void forgetUnused(long now) {
    Iterator<Map.Entry<LiveRoom, Long>> coldest = held.entrySet().iterator();
    while (coldest.hasNext()) {
      Map.Entry<LiveRoom, Long> entry = coldest.next();
      if (isInUse(entry.getKey(), now)) {
        return;
      }
      coldest.remove();
      if (entry.getValue() > 0) {
        entry.getKey().giveUp();
        add(-entry.getValue());
      }
    }
  }

  /** @param used is not asked to give anything up; null for none */
  private void relieve(LiveRoom used) {
    if (bytes + reading <= limit) {
      return;
    }
    Iterator<Map.Entry<LiveRoom, Long>> coldest = held.entrySet().iterator();
    while (bytes + reading > limit && coldest.hasNext()) {
      Map.Entry<LiveRoom, Long> entry = coldest.next();
      if (entry.getKey() != used) {
        coldest.remove();
        entry.getKey().giveUp();
        add(-entry.getValue());
        metrics.gaveUp();
      }
    }
  }

  private void add(long more) {
    bytes += more;
    metrics.memory(bytes + reading);
  }
}
