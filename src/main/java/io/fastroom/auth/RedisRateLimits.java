package io.fastroom.auth;

import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.settings.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Counts in Redis, in windows of a minute that begin with the first try; one a node. While Redis is away each node counts
 * for itself.
 *
 * <p>Thread: its own context has the connection; it may be asked on any.
 */
public final class RedisRateLimits extends VerticleBase implements RateLimits {
  private static final int WINDOW_MILLIS = 60_000;
  private static final int ANSWER_MILLIS = 500;
  private static final LuaScript COUNT = LuaScript.load("rate_limit.lua");

  private final String url;
  private final int limit;
  private final LocalRateLimits local;
  private RedisLink redis;

  /** @param perMinute not 0 */
  public RedisRateLimits(String redisUrl, int perMinute) {
    this.url = redisUrl;
    this.limit = perMinute;
    this.local = new LocalRateLimits(perMinute, WINDOW_MILLIS);
  }

  @Override
  public Future<?> start() {
    redis = new RedisLink(vertx, RedisConnector.forKeys(vertx, RedisUrl.parse(url)), "rate limits", () -> { });
    return redis.start();
  }

  @Override
  public Future<?> stop() {
    return redis.stop();
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
    Promise<Long> answered = Promise.promise();
    context.runOnContext(turn -> COUNT.run(redis, List.of("rate:" + key), List.of(limit, WINDOW_MILLIS, tries))
        .timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
        .map(answer -> answer.toLong())
        .onComplete(answered));
    return answered.future();
  }
}
