package io.fastroom.websocket;

import java.util.concurrent.TimeUnit;

/**
 * How often one socket may do something, as one number: the time at which the bucket is full again. Every socket has
 * two of them, which is why no library is used.
 *
 * <p>Limits: {@code perSecond} in the long run, {@link #BURST_SECONDS} seconds' worth at once.
 */
final class TokenBucket {
  static final int BURST_SECONDS = 3;

  private final int perSecond;
  private long fullAt;

  /** @param perSecond 0 is no limit */
  TokenBucket(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.fullAt = nowNanos;
  }

  int burst() {
    return perSecond * BURST_SECONDS;
  }

  /** Takes one token. Returns 0, or the milliseconds (1 or more) until there is one; then none was taken. */
  long take(long nowNanos) {
    if (perSecond == 0) {
      return 0;
    }
    long each = TimeUnit.SECONDS.toNanos(1) / perSecond;
    long next = Math.max(fullAt - nowNanos, 0) + each;
    long excess = next - burst() * each;
    if (excess > 0) {
      return Math.max(1, TimeUnit.NANOSECONDS.toMillis(excess + 999_999));
    }
    fullAt = nowNanos + next;
    return 0;
  }
}
