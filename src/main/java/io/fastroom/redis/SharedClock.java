package io.fastroom.redis;

import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The time that all nodes on one Redis share, in milliseconds. It began with Redis's clock once and is driven by the
 * nodes' monotonic clocks since, so that nobody can set it; whoever is behind follows. Every script that asks whether
 * something is due is told it.
 *
 * <p>Thread-safe. Limits: nodes that {@link #agree} once a second differ by the time their answers take.
 */
public final class SharedClock {
  private static final LuaScript CLOCK = LuaScript.load("clock.lua");
  private static final long UNKNOWN = -1;

  private final String key;
  private long millis = UNKNOWN;
  private long at;

  /** @param prefix what the names of keys begin with */
  public SharedClock(String prefix) {
    this.key = prefix + "fastroom:clock";
  }

  /** Asks Redis what the others say and tells them what this node says. @return the time */
  public Future<Long> agree(RedisLink redis) {
    return CLOCK.run(redis, List.of(key), List.of(now())).map(answer -> learn(answer.toLong()));
  }

  /** The time, as soon as it is known. */
  public Future<Long> known(RedisLink redis) {
    long now = now();
    return now == UNKNOWN ? agree(redis) : Future.succeededFuture(now);
  }

  private synchronized long now() {
    return millis == UNKNOWN ? UNKNOWN : millis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - at);
  }

  private synchronized long learn(long said) {
    long now = now();
    if (said > now) {
      millis = said;
      at = System.nanoTime();
      return said;
    }
    return now;
  }
}
