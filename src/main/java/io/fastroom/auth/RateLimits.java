package io.fastroom.auth;

import io.vertx.core.Future;
import io.vertx.redis.client.Redis;

/** How often something may be tried within a minute, counted for all nodes together. Any thread; never fails. */
public interface RateLimits {
  /** Counts one try; 0 when it may go on, else the milliseconds until it may. */
  Future<Long> retryAfterMillis(String key);

  /** Takes one counted try back: it turned out to be none that is limited. */
  void giveBack(String key);

  /** @param perMinute 0 is no limit */
  static RateLimits of(Redis redis, int perMinute) {
    return perMinute == 0 ? new Unlimited() : new RedisRateLimits(redis, perMinute);
  }

  /** Lets everything through. */
  final class Unlimited implements RateLimits {
    @Override
    public Future<Long> retryAfterMillis(String key) {
      return Future.succeededFuture(0L);
    }

    @Override
    public void giveBack(String key) { }
  }
}
