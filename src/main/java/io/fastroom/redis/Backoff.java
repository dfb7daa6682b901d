package io.fastroom.redis;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt: 50 ms doubling to 2 s, half of it random so that nodes do not come in step.
 */
final class Backoff {
  private static final long FIRST_MILLIS = 50;
  private static final long LAST_MILLIS = 2_000;

  private long next = FIRST_MILLIS;

  long next() {
    long ceiling = next;
    next = Math.min(LAST_MILLIS, next * 2);
    return ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2 + 1);
  }

  void reset() {
    next = FIRST_MILLIS;
  }
}
