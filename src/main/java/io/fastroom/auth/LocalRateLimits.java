package io.fastroom.auth;

import io.vertx.core.Future;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts on this node alone, in windows that begin with the first try.
 *
 * <p>Thread: any. Limits: {@value #MAX_KEYS} keys; when that many are in use no new one is counted.
 */
final class LocalRateLimits implements RateLimits {
  private static final int MAX_KEYS = 100_000;

  private record Window(long endsAtMillis, int count) { }

  private final ConcurrentMap<String, Window> windows = new ConcurrentHashMap<>();
  private final int limit;
  private final int windowMillis;

  LocalRateLimits(int limit, int windowMillis) {
    this.limit = limit;
    this.windowMillis = windowMillis;
  }

  @Override
  public Future<Long> retryAfterMillis(String key) {
    long now = System.nanoTime() / 1_000_000;
    if (windows.size() >= MAX_KEYS) {
      windows.values().removeIf(window -> window.endsAtMillis <= now);
    }
    if (windows.size() >= MAX_KEYS && !windows.containsKey(key)) {
      return Future.succeededFuture(0L);
    }
    Window window = windows.compute(key, (name, old) -> old == null || old.endsAtMillis <= now
        ? new Window(now + windowMillis, 1) : new Window(old.endsAtMillis, old.count + 1));
    return Future.succeededFuture(window.count > limit ? window.endsAtMillis - now : 0L);
  }

  @Override
  public void giveBack(String key) {
    windows.computeIfPresent(key, (name, old) -> new Window(old.endsAtMillis, Math.max(0, old.count - 1)));
  }
}
