package io.fastroom.wire;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Times in frames and bodies: UTC, always with six digits of fraction. Formatted by hand because
 * {@link Instant#toString} takes half of the time that a page of messages takes, and omits zeros. Any thread.
 */
public final class Rfc3339 {
  private static final int LENGTH = "2026-01-31T12:00:00.123456Z".length();
  private static final int SECONDS_A_DAY = 86_400;
  private static final int MAX_LENGTH = 64;
  private static final Pattern BEYOND_NANOS = Pattern.compile("(\\.\\d{9})\\d+");
  private static final DateTimeFormatter ANY_FORM = new DateTimeFormatterBuilder().parseCaseInsensitive()
      .append(DateTimeFormatter.ISO_LOCAL_DATE).appendLiteral('T').appendPattern("HH:mm:ss")
      .optionalStart().appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true).optionalEnd()
      .appendOffset("+HH:MM", "Z").toFormatter(Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

  /** The last date asked for, which is that of nearly every message of a page. */
  private static final class Day {
    private final long epochDay;
    private final byte[] date;

    Day(long epochDay) {
      this.epochDay = epochDay;
      this.date = LocalDate.ofEpochDay(epochDay).toString().getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static volatile Day last = new Day(0);

  private Rfc3339() { }

  /**
   * Reads any form of an instant that RFC 3339 allows: any offset, any number of digits, lower-case letters, a space
   * for the T.
   *
   * @throws DateTimeException when it is not such a form
   */
  public static Instant parse(String text) {
    if (text.length() < 20 || text.length() > MAX_LENGTH || "Tt ".indexOf(text.charAt(10)) < 0) {
      throw new DateTimeParseException("no time of RFC 3339", text.substring(0, Math.min(text.length(), MAX_LENGTH)), 0);
    }
    String exact = text.substring(0, 10) + 'T' + text.substring(11);
    return OffsetDateTime.parse(BEYOND_NANOS.matcher(exact).replaceFirst("$1"), ANY_FORM).toInstant();
  }

  public static String text(Instant time) {
    return new String(ascii(time), StandardCharsets.ISO_8859_1);
  }

  /** The same as {@link #text}, as bytes. */
  public static byte[] ascii(Instant time) {
    long epochDay = Math.floorDiv(time.getEpochSecond(), SECONDS_A_DAY);
    Day day = last;
    if (day.epochDay != epochDay) {
      day = new Day(epochDay);
      last = day;
    }
    byte[] text = new byte[LENGTH];
    System.arraycopy(day.date, 0, text, 0, 10);
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

  private static void two(byte[] text, int at, int value) {
    text[at] = (byte) ('0' + value / 10);
    text[at + 1] = (byte) ('0' + value % 10);
  }
}
