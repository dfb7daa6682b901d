package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Committed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoomMemoryTest {
  private static final long LIMIT = 1 << 20;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RoomMemory memory = new RoomMemory(LIMIT, new RoomMetrics(registry, LIMIT));
  private final LiveRoom room = new LiveRoom(RoomLog.ROOM, RoomLog.NAME, 0, (live, event, json) -> { });

  @Test
  void a_room_that_nobody_has_used_for_a_minute_keeps_nothing_of_its_log() {
    RoomLog.random(new Random(1), 100).events.forEach(event -> room.offer(new Committed(event, null, null), null));
    memory.used(room);
    long used = System.nanoTime();
    double held = held();

    memory.forgetUnused(used + TimeUnit.SECONDS.toNanos(50));
    assertThat(room.bytes()).isPositive();
    assertThat(held()).isEqualTo(held);

    memory.forgetUnused(used + TimeUnit.SECONDS.toNanos(61));
    assertThat(room.bytes()).isZero();
    assertThat(held()).isZero();
    assertThat(room.released()).isEqualTo(100);
    assertThat(room.recent.isShort()).isTrue();
    assertThat(room.tail.start(0)).isEqualTo(100);
  }

  @Test
  void a_room_that_holds_nothing_is_left_alone() {
    memory.used(room);
    memory.forgetUnused(System.nanoTime() + TimeUnit.SECONDS.toNanos(61));
    assertThat(room.recent.isShort()).isFalse();
  }

  @Test
  void what_is_being_read_counts_before_a_room_holds_it() {
    memory.reading(1_000);
    assertThat(held()).isEqualTo(1_000);
    assertThat(memory.hasRoomFor(LIMIT / 2)).isFalse();
    memory.reading(-1_000);
    assertThat(held()).isZero();
    assertThat(memory.hasRoomFor(LIMIT / 2)).isTrue();
  }

  @Test
  void the_coldest_gives_up_what_it_keeps_for_what_is_being_read() {
    RoomLog.random(new Random(1), 100).events.forEach(event -> room.offer(new Committed(event, null, null), null));
    memory.used(room);
    memory.reading(LIMIT - (long) held() / 2);
    assertThat(room.bytes()).isZero();
    assertThat(held()).isLessThan(LIMIT);
  }

  private double held() {
    return registry.get("fastroom.room.memory").gauge().value();
  }
}
