package io.fastroom.websocket;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much all sockets of a node together may have queued; {@link Debtors} counts for each event loop.
 *
 * <p>Thread: any. Limits: beyond {@code limit} those with the most queued are closed with 1013; from half of it on,
 * every socket may have only a quarter of its usual limit queued.
 */
public final class SocketBudget {
  private final long limit;
  private final AtomicLong queued = new AtomicLong();
  private final AtomicInteger loops = new AtomicInteger();

  /** @param limit bytes, at least 1 */
  public SocketBudget(long limit, MeterRegistry registry) {
    this.limit = limit;
    Gauge.builder("fastroom.socket.buffer", queued, AtomicLong::get).baseUnit("bytes")
        .description("Bytes queued for all sockets").register(registry);
    Gauge.builder("fastroom.socket.buffer.limit", () -> limit).baseUnit("bytes")
        .description("Bytes that may be queued for all sockets").register(registry);
  }

  /** One more event loop shares the budget. */
  void join() {
    loops.incrementAndGet();
  }

  void leave() {
    loops.decrementAndGet();
  }

  void add(long bytes) {
    queued.addAndGet(bytes);
  }

  boolean isTight() {
    return queued.get() > limit / 2;
  }

  boolean isExceeded() {
    return queued.get() > limit;
  }

  /**
   * What one loop may keep when the budget is exceeded: a bit less than its share, so that there is room afterwards.
   */
  long share() {
    return limit / 10 * 9 / Math.max(1, loops.get());
  }
}
