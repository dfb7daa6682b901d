package io.fastroom.support;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Names nobody else has in this database. */
public final class Names {
  private static final String RUN = Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
  private static final AtomicInteger NEXT = new AtomicInteger();

  private Names() { }

  /** Fit for users and rooms: {@code hint} of at most 16 letters plus a suffix. */
  public static String unique(String hint) {
    return hint + "_" + RUN + "_" + NEXT.incrementAndGet();
  }
}
