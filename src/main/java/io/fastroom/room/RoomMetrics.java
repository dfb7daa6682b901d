package io.fastroom.room;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

/** What rooms tell of themselves. Any thread. */
final class RoomMetrics {
  private final AtomicInteger live;
  private final Timer delay;
  private final Counter healed;
  private final Counter holes;
  private final Counter diverged;

  RoomMetrics(MeterRegistry registry) {
    live = registry.gauge("fastroom.rooms.live", new AtomicInteger());
    delay = Timer.builder("fastroom.fanout.delay")
        .description("From the commit of an event to its release to this node's sockets")
        .publishPercentileHistogram().minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(10)).register(registry);
    healed = Counter.builder("fastroom.events.healed")
        .description("Events read from PostgreSQL because they did not arrive by Redis").register(registry);
    holes = Counter.builder("fastroom.log.holes")
        .description("Holes in the log of a room (seqs that no table has) that were stepped over").register(registry);
    diverged = Counter.builder("fastroom.logs.diverged")
        .description("Live rooms whose log had become another one (a failover that lost its end, a restore)")
        .register(registry);
  }

  void live(int rooms) {
    live.set(rooms);
  }

  /** Clocks of machines differ: an event that seems to come from the future took no time. */
  void released(Instant committed) {
    Duration took = Duration.between(committed, Instant.now());
    delay.record(took.isNegative() ? Duration.ZERO : took);
  }

  void healed(int events) {
    healed.increment(events);
  }

  void holes(int holes) {
    this.holes.increment(holes);
  }

  void diverged() {
    diverged.increment();
  }
}
