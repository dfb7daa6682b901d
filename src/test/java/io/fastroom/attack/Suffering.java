package io.fastroom.attack;

import java.util.Locale;

/**
 * What bystanders went through, in milliseconds.
 *
 * @param chats how many were acknowledged; @param median and @param chat of their acknowledgements, the latter the 99th
 *     percentile; @param read the 99th percentile of reads by REST
 */
record Suffering(long chats, double median, double chat, double read) {
  /** What nobody calls starving, on a machine that may be busy with something else and three times slower. */
  private static final double FLOOR_MILLIS = 2_000;

  /** Whether it was no more than twice as bad as before, or not bad at all. */
  boolean isBearable(Suffering before) {
    return chat <= Math.max(FLOOR_MILLIS, 2 * before.chat) && read <= Math.max(FLOOR_MILLIS, 2 * before.read);
  }

  String line() {
    return String.format(Locale.ROOT, "%d %.1f %.1f %.1f", chats, median, chat, read);
  }

  /** What {@link #line} wrote. */
  static Suffering of(String line) {
    String[] words = line.split(" ");
    return new Suffering(Long.parseLong(words[0]), Double.parseDouble(words[1]), Double.parseDouble(words[2]),
        Double.parseDouble(words[3]));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "chat p50 %.1f ms p99 %.1f ms, read p99 %.1f ms (%d chats)", median, chat, read,
        chats);
  }
}
