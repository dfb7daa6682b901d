package io.fastroom.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a reply shows of the message it replies to, as that one stands now.
 *
 * @param user its author's name, null when the message is no more
 * @param text the beginning of it, empty when it was deleted
 */
public record Quote(long messageId, String user, String text, boolean deleted) {
  /** Code points at most. */
  public static final int LENGTH = 200;
  /** How much of a text has to be known to cut it well. */
  public static final int LOOK = LENGTH + 32;
  private static final Pattern CLUSTER = Pattern.compile("\\X");

  /** @param content of the message, or its first {@link #LOOK} code points */
  public static Quote of(long messageId, String user, String content) {
    return new Quote(messageId, user, beginning(content), false);
  }

  /** What is left of a quote when the message is deleted, or is no more. */
  public static Quote withdrawn(long messageId, String user) {
    return new Quote(messageId, user, "", true);
  }

  /** Cut between characters as people see them, unless one alone is too long. */
  private static String beginning(String text) {
    if (text.length() <= LENGTH || text.codePointCount(0, text.length()) <= LENGTH) {
      return text;
    }
    int most = text.offsetByCodePoints(0, LENGTH);
    int end = 0;
    Matcher clusters = CLUSTER.matcher(text).region(0, Math.min(text.length(), most + 2 * (LOOK - LENGTH)));
    while (clusters.find() && clusters.end() <= most) {
      end = clusters.end();
    }
    return text.substring(0, end == 0 ? most : end);
  }
}
