package io.fastroom.management;

import io.fastroom.internals.EventLoops;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How late each event loop runs a task that is due every 100 ms: every socket of that loop waits that much longer.
 *
 * <p>Thread: each loop writes its own entry, any thread reads.
 */
final class LoopLag implements AutoCloseable {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long STUCK_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final List<ScheduledFuture<?>> tasks = new ArrayList<>();
  private final AtomicLongArray last;

  LoopLag(Vertx vertx, MeterRegistry registry) {
    List<EventExecutor> loops = EventLoops.of(vertx);
    last = new AtomicLongArray(loops.size());
    for (int i = 0; i < loops.size(); i++) {
      int loop = i;
      last.set(loop, System.nanoTime());
      Timer lag = Timer.builder("fastroom.event.loop.lag").tag("loop", String.valueOf(loop))
          .description("How late an event loop runs what is due")
          .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(20),
              Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(1))
          .register(registry);
      tasks.add(loops.get(loop).scheduleWithFixedDelay(() -> {
        long now = System.nanoTime();
        long late = now - last.getAndSet(loop, now) - PERIOD_NANOS;
        lag.record(Math.max(0, late), TimeUnit.NANOSECONDS);
      }, PERIOD_NANOS, PERIOD_NANOS, TimeUnit.NANOSECONDS));
    }
  }

  /** Whether every loop has run something in the last ten seconds. */
  boolean alive() {
    long now = System.nanoTime();
    for (int i = 0; i < last.length(); i++) {
      if (now - last.get(i) > STUCK_NANOS) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    tasks.forEach(task -> task.cancel(false));
  }
}
