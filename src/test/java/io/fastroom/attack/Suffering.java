package io.fastroom.attack;

import java.util.Locale;

/**
 * What a victim went through, in milliseconds.
 *
 * @param chats how many were acknowledged; @param median and @param chat of their acknowledgements, the latter the 99th
 *     percentile; @param read the 99th percentile of reads by REST
 */
record Suffering(long chats, double median, double chat, double read) {
  /** What nobody calls starving, on a machine that attackers and node share and that may be three times slower. */
  private static final double FLOOR_MILLIS = 2_000;

  /** Whether it was no more than twice as bad as before, or not bad at all. */
  boolean isBearable(Suffering before) {
    return chat <= Math.max(FLOOR_MILLIS, 2 * before.chat) && read <= Math.max(FLOOR_MILLIS, 2 * before.read);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "chat p50 %.1f ms p99 %.1f ms, read p99 %.1f ms (%d chats)", median, chat, read,
        chats);
  }
}
