package io.fastroom.redis;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait before the next attempt: 50 ms doubling to 2 s, half of it random so that nodes do not come in step.
 * Only a connection that lasted begins it anew: a server may take connections and nothing else.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 50;
  private static final long LAST_MILLIS = 2_000;
  static final long LASTED_MILLIS = 5_000;

  private long next = FIRST_MILLIS;

  long next() {
    long ceiling = next;
    next = Math.min(LAST_MILLIS, next * 2);
    return ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2 + 1);
  }

  /** @param openedAt when the connection that has ended was there, in nanoseconds */
  void ended(long openedAt) {
    if (System.nanoTime() - openedAt > TimeUnit.MILLISECONDS.toNanos(LASTED_MILLIS)) {
      next = FIRST_MILLIS;
    }
  }
}
