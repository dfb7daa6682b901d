package io.fastroom.auth;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Counts in Redis, in windows of a minute that begin with the first try. While Redis is away each node counts for itself.
 *
 * <p>Thread: any.
 */
final class RedisRateLimits implements RateLimits {
  private static final int WINDOW_MILLIS = 60_000;
  private static final int ANSWER_MILLIS = 500;
  /** How long Redis is left alone after a failure: logins must not each wait for it. */
  private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final String SCRIPT = script();

  private final Redis redis;
  private final int limit;
  private final LocalRateLimits local;
  private volatile long askAgainAt = System.nanoTime();

  RedisRateLimits(Redis redis, int perMinute) {
    this.redis = redis;
    this.limit = perMinute;
    this.local = new LocalRateLimits(perMinute, WINDOW_MILLIS);
  }

  private static String script() {
    try (InputStream file = RedisRateLimits.class.getResourceAsStream("/lua/rate_limit.lua")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Future<Long> retryAfterMillis(String key) {
    return count(key, 1).recover(away -> local.retryAfterMillis(key));
  }

  @Override
  public void giveBack(String key) {
    count(key, -1).onFailure(away -> local.giveBack(key));
  }

  private Future<Long> count(String key, int tries) {
    if (System.nanoTime() - askAgainAt < 0) {
      return Future.failedFuture("Redis is away");
    }
    return redis.send(Request.cmd(Command.EVAL).arg(SCRIPT).arg(1).arg("rate:" + key)
            .arg(limit).arg(WINDOW_MILLIS).arg(tries))
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .map(answer -> answer.toLong())
        .onFailure(away -> askAgainAt = System.nanoTime() + AWAY_NANOS);
  }
}
