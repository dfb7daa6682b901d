package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How often rooms are compared with their logs. */
class ComparisonTurnsTest {
  private static final long NOW = System.nanoTime();

  private final RoomMemory memory = new RoomMemory(1 << 20, new RoomMetrics(new SimpleMeterRegistry(), 1 << 20));
  private final ComparisonTurns turns = new ComparisonTurns(memory);

  private static LiveRoom room(long id, long idleSeconds) {
    LiveRoom room = new LiveRoom(id, "room" + id, 0, (live, event, json) -> { });
    room.usedAt = NOW - TimeUnit.SECONDS.toNanos(idleSeconds);
    return room;
  }

  private static List<LiveRoom> rooms(long idleSeconds) {
    return LongStream.rangeClosed(1, 9).map(i -> 10 - i).mapToObj(id -> room(id, idleSeconds)).toList();
  }

  @Test
  void rooms_in_use_have_every_turn_in_the_order_of_their_ids() {
    for (int turn = 0; turn < 4; turn++) {
      assertThat(turns.next(rooms(59), NOW)).extracting(room -> room.id).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    }
  }

  @Test
  void quiet_rooms_have_every_other_turn_half_of_them_each_time() {
    List<LiveRoom> quiet = rooms(61);
    List<LiveRoom> before = turns.next(quiet, NOW);
    for (int turn = 0; turn < 4; turn++) {
      List<LiveRoom> next = turns.next(quiet, NOW);
      List<LiveRoom> both = new ArrayList<>(before);
      both.addAll(next);
      assertThat(both).containsExactlyInAnyOrderElementsOf(quiet);
      assertThat(next).hasSizeBetween(4, 5);
      before = next;
    }
  }
}
