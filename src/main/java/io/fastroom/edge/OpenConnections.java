package io.fastroom.edge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * How many connections of HTTP the node has, those that have become sockets not among them. What each takes before anybody
 * knows who it is comes from the heap: buffers, queues and the handlers of its pipeline. One for all edges. Thread: any.
 */
public final class OpenConnections {
  /** Of the heap. */
  private static final int SHARE = 4;
  /** What one takes, in bytes, about, while a request is under way whose end has not come; a body is counted elsewhere. */
  private static final int BYTES = 24 << 10;

  private final long most;
  private final Consumer<String> givenUp;
  private final AtomicLong open = new AtomicLong();

  /** @param most beyond it some are closed; @param givenUp is told of the address of each of these */
  public OpenConnections(long most, Consumer<String> givenUp, MeterRegistry registry) {
    this.most = most;
    this.givenUp = givenUp;
    Gauge.builder("fastroom.http.connections", open::get)
        .description("Connections of HTTP, those that have become sockets not among them").register(registry);
    Gauge.builder("fastroom.http.connections.limit", () -> most)
        .description("Connections of HTTP beyond which those are closed whose clients keep them waiting")
        .register(registry);
  }

  /** As many as a quarter of the heap holds. */
  public static long ofHeap() {
    return Runtime.getRuntime().maxMemory() / SHARE / BYTES;
  }

  void opened() {
    open.incrementAndGet();
  }

  void gone() {
    open.decrementAndGet();
  }

  boolean areTooMany() {
    return open.get() > most;
  }

  /** Thousands may come before the first of them is late. */
  boolean areFarTooMany() {
    return open.get() > 2 * most;
  }

  void givenUp(String address) {
    givenUp.accept(address);
  }
}
