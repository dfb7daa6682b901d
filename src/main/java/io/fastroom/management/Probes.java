package io.fastroom.management;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Bus;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.redis.RedisApi;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Whether PostgreSQL and Redis are there, checked all the time, so that an answer is immediate even while one of them
 * hangs.
 *
 * <p>Thread: the management verticle's context.
 */
final class Probes {
  private static final long PING_MILLIS = 500;
  /** If PostgreSQL takes longer for a question, it counts as not answering. */
  private static final long POSTGRES_NANOS = TimeUnit.MILLISECONDS.toNanos(2000);
  private static final long REDIS_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Vertx vertx;
  private final Bus bus;
  private boolean asking;
  private long askedAt;
  private boolean postgresAnswered;
  private boolean redisUp;
  private long redisHeardAt;
  private final Map<String, Part> parts = new HashMap<>();

  /** The last report of a part that talks to Redis. */
  private record Part(boolean works, long at) { }

  Probes(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  Future<?> start() {
    vertx.setPeriodic(0, PING_MILLIS, timer -> ask());
    return Future.all(
        bus.hear(BridgeApi.STATE, state -> {
          redisUp = state.up();
          redisHeardAt = System.nanoTime();
        }),
        bus.hear(RedisApi.HEALTH, health ->
            parts.put(health.part(), new Part(health.works(), System.nanoTime()))));
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
    long now = System.nanoTime();
    // A verticle that was undeployed reports nothing any more.
    parts.values().removeIf(part -> now - part.at > REDIS_NANOS);
    return redisUp && now - redisHeardAt < REDIS_NANOS && !parts.isEmpty()
        && parts.values().stream().allMatch(Part::works);
  }
}
