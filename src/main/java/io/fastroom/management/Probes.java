package io.fastroom.management;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Bus;
import io.fastroom.persistence.PersistenceApi;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Whether PostgreSQL and Redis are there, found out all the time, so that whoever asks is answered at once also while
 * one of them hangs.
 *
 * <p>Thread: the management verticle's context.
 */
final class Probes {
  private static final long PING_MILLIS = 500;
  /** A question to PostgreSQL out for longer means that it does not answer. */
  private static final long POSTGRES_NANOS = TimeUnit.MILLISECONDS.toNanos(2000);
  private static final long REDIS_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Vertx vertx;
  private final Bus bus;
  private boolean asking;
  private long askedAt;
  private boolean postgresAnswered;
  private boolean redisUp;
  private long redisHeardAt;

  Probes(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  Future<?> start() {
    vertx.setPeriodic(0, PING_MILLIS, timer -> ask());
    return bus.hear(BridgeApi.STATE, state -> {
      redisUp = state.up();
      redisHeardAt = System.nanoTime();
    });
  }

  private void ask() {
    if (asking) {
      return;
    }
    asking = true;
    askedAt = System.nanoTime();
    bus.ask(PersistenceApi.PING, new PersistenceApi.Ping()).onComplete(answer -> {
      asking = false;
      postgresAnswered = answer.succeeded();
    });
  }

  boolean postgres() {
    return postgresAnswered && (!asking || System.nanoTime() - askedAt < POSTGRES_NANOS);
  }

  boolean redis() {
    return redisUp && System.nanoTime() - redisHeardAt < REDIS_NANOS;
  }
}
