package io.fastroom.http;

import java.time.Instant;
import java.time.LocalDate;

/**
 * Times in UTC to the microsecond. Written by hand because {@link Instant#toString} takes half the time that a page of
 * messages takes. Any thread.
 */
final class Rfc3339 {
  private static final int LENGTH = "2026-01-31T12:00:00.123456Z".length();
  private static final int SECONDS_A_DAY = 86_400;

  /** The date asked for last, which is that of nearly every message of a page. */
  private record Day(long epochDay, String date) { }

  private static volatile Day last = new Day(0, "1970-01-01");

  private Rfc3339() { }

  static char[] format(Instant time) {
    long epochDay = Math.floorDiv(time.getEpochSecond(), SECONDS_A_DAY);
    Day day = last;
    if (day.epochDay != epochDay) {
      day = new Day(epochDay, LocalDate.ofEpochDay(epochDay).toString());
      last = day;
    }
    char[] text = new char[LENGTH];
    day.date.getChars(0, 10, text, 0);
    int second = (int) (time.getEpochSecond() - epochDay * SECONDS_A_DAY);
    text[10] = 'T';
    two(text, 11, second / 3600);
    text[13] = ':';
    two(text, 14, second / 60 % 60);
    text[16] = ':';
    two(text, 17, second % 60);
    text[19] = '.';
    int micros = time.getNano() / 1000;
    two(text, 20, micros / 10_000);
    two(text, 22, micros / 100 % 100);
    two(text, 24, micros % 100);
    text[26] = 'Z';
    return text;
  }

  private static void two(char[] text, int at, int value) {
    text[at] = (char) ('0' + value / 10);
    text[at + 1] = (char) ('0' + value % 10);
  }
}
