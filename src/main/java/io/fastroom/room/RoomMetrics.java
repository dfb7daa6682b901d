package io.fastroom.room;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Metrics of rooms. Any thread. */
final class RoomMetrics {
  private final AtomicInteger live;
  private final Timer delay;
  private final Counter healed;
  private final Counter holes;
  private final Counter diverged;
  private final AtomicLong memory;
  private final Counter gaveUp;
  private final AtomicInteger waiting;

  /** @param memoryLimit bytes */
  RoomMetrics(MeterRegistry registry, long memoryLimit) {
    live = new AtomicInteger();
    Gauge.builder("fastroom.rooms.live", live, AtomicInteger::get)
        .description("Rooms with a socket on the node now, or within the last minute").register(registry);
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
    memory = new AtomicLong();
    Gauge.builder("fastroom.room.memory", memory, AtomicLong::get).baseUnit("bytes")
        .description("What live rooms keep of their logs, and readings under way bring them, about").register(registry);
    Gauge.builder("fastroom.room.memory.limit", () -> memoryLimit).baseUnit("bytes")
        .description("What they may keep").register(registry);
    gaveUp = Counter.builder("fastroom.room.memory.given.up")
        .description("Times a room gave up what it kept, since others needed the memory").register(registry);
    waiting = new AtomicInteger();
    Gauge.builder("fastroom.deliveries.waiting", waiting, AtomicInteger::get)
        .description("Events that wait until those before them are written to sockets").register(registry);
  }

  void live(int rooms) {
    live.set(rooms);
  }

  /** The machines' clocks differ: an event that seems to come from the future counts as having taken no time. */
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

  void memory(long bytes) {
    memory.set(bytes);
  }

  void gaveUp() {
    gaveUp.increment();
  }

  /** @param more negative for fewer */
  void waiting(int more) {
    waiting.addAndGet(more);
  }

  void diverged() {
    diverged.increment();
  }
}
