package io.fastroom.auth;

import io.vertx.core.Future;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;

/**
 * Counts on this node alone.
 *
 * <p>Thread: any. Limits: {@value #MAX_KEYS} keys of each kind; when that many are in use no new one is counted.
 */
final class LocalRateLimits implements RateLimits {
  private static final int MAX_KEYS = 100_000;

  private record Window(long endsAt, int taken, int open) { }

  private record Failures(long endsAt, int count, long waitUntil) { }

  private final ConcurrentMap<String, Window> windows = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Failures> failures = new ConcurrentHashMap<>();
  /** When each bucket will be empty. */
  private final ConcurrentMap<String, Long> buckets = new ConcurrentHashMap<>();

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  private static <T> boolean hasRoom(ConcurrentMap<String, T> map, String key, Predicate<T> over) {
    if (map.size() >= MAX_KEYS) {
      map.values().removeIf(over);
    }
    return map.size() < MAX_KEYS || map.containsKey(key);
  }

  @Override
  public Future<Long> take(String key, Budget budget) {
    long now = now();
    if (!hasRoom(windows, key, window -> window.endsAt <= now)) {
      return Future.succeededFuture(0L);
    }
    long[] answer = {0};
    windows.compute(key, (name, old) -> {
      if (old == null || old.endsAt <= now) {
        return new Window(now + budget.windowMillis(), 1, 1);
      }
      if (old.taken >= budget.tries()) {
        answer[0] = old.taken - old.open < budget.tries() ? UNDECIDED : old.endsAt - now;
        return old;
      }
      return new Window(old.endsAt, old.taken + 1, old.open + 1);
    });
    return Future.succeededFuture(answer[0]);
  }

  @Override
  public void settle(String key, Budget budget, boolean counts) {
    windows.computeIfPresent(key, (name, old) -> old.open == 0 ? old
        : new Window(old.endsAt, counts ? old.taken : old.taken - 1, old.open - 1));
  }

  @Override
  public Future<Long> waitMillis(String key, SlowDown slowDown) {
    Failures known = failures.get(key);
    return Future.succeededFuture(known == null ? 0L : Math.max(0, known.waitUntil - now()));
  }

  @Override
  public void failed(String key, SlowDown slowDown) {
    long now = now();
    if (hasRoom(failures, key, known -> known.endsAt <= now && known.waitUntil <= now)) {
      failures.compute(key, (name, old) -> {
        boolean first = old == null || old.endsAt <= now;
        int count = first ? 1 : old.count + 1;
        int over = Math.min(count - slowDown.free(), 20);
        long wait = over < 0 ? 0 : Math.min((long) slowDown.firstMillis() << over, slowDown.longestMillis());
        return new Failures(first ? now + slowDown.windowMillis() : old.endsAt, count, now + wait);
      });
    }
  }

  @Override
  public Future<Long> pour(String key, int costMillis, int sizeMillis) {
    long now = now();
    if (!hasRoom(buckets, key, empty -> empty <= now)) {
      return Future.succeededFuture(0L);
    }
    long[] answer = {0};
    buckets.compute(key, (name, old) -> {
      long filled = (old == null ? 0 : Math.max(0, old - now)) + costMillis;
      answer[0] = Math.max(0, filled - sizeMillis);
      return answer[0] > 0 ? old : Long.valueOf(now + filled);
    });
    return Future.succeededFuture(answer[0]);
  }
}
