package io.fastroom.room;

import io.fastroom.model.RoomEvent;
import java.util.List;

/**
 * How many events of a room's log are read at once: as many as take about {@value #BYTES} bytes, by those that were read
 * last. What a reading brings is in memory before anybody can say how much it is.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class LogPageSize {
  private static final long BYTES = 1 << 20;
  private static final int LEAST = 16;
  /** What an event takes in a room of which nothing is known: of the longest it is still little that is read then. */
  private static final long UNKNOWN_BYTES = BYTES / 128;

  private long eventBytes = UNKNOWN_BYTES;

  /** Events, at most {@code most}. */
  int atMost(int most) {
    return (int) Math.min(most, Math.max(LEAST, BYTES / eventBytes));
  }

  /** What so many events will take, about. */
  long bytes(int events) {
    return events * eventBytes;
  }

  void saw(List<RoomEvent> events) {
    if (!events.isEmpty()) {
      eventBytes = Math.max(1, events.stream().mapToLong(RoomMemory::of).sum() / events.size());
    }
  }
}
