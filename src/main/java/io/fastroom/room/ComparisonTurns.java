package io.fastroom.room;

import java.util.Comparator;
import java.util.List;

/**
 * When rooms are compared with their logs: those in which something has happened within the last minute every time, the
 * others, of which there are many more, every other time.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class ComparisonTurns {
  static final int QUIET_TURNS = 2;

  private final RoomMemory memory;
  private long turn;

  ComparisonTurns(RoomMemory memory) {
    this.memory = memory;
  }

  /**
   * To be called at regular times.
   *
   * @param now in nanoseconds, of the monotonic clock
   * @return the rooms whose turn it is, in the order of their ids: their rows lie side by side in the indexes, which makes
   *     them cost half as much
   */
  List<LiveRoom> next(List<LiveRoom> all, long now) {
    turn++;
    return all.stream().filter(room -> memory.isInUse(room, now) || (room.id + turn) % QUIET_TURNS == 0)
        .sorted(Comparator.comparingLong(room -> room.id)).toList();
  }
}
