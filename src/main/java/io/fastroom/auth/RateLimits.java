package io.fastroom.auth;

import io.vertx.core.Future;

/** How often something may be tried within a minute, counted for all nodes together. Any thread; never fails. */
public interface RateLimits {
  /** Counts one try; 0 when it may go on, else the milliseconds until it may. */
  Future<Long> retryAfterMillis(String key);

  /** Takes one counted try back: it turned out to be none that is limited. */
  void giveBack(String key);

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
