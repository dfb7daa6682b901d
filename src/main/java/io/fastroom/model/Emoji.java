package io.fastroom.model;

import java.util.regex.Pattern;

/**
 * What a reaction may be: one emoji, as UTS #51 has them (with skin tones, joined ones, flags and keycaps), or a
 * {@code :name:} that clients draw themselves. Any thread.
 */
public final class Emoji {
  /** In chars; the longest emoji in use has 20. */
  private static final int LONGEST = 40;
  private static final Pattern NAME = Pattern.compile(":[A-Za-z0-9_+-]{1,32}:");
  private static final Pattern CLUSTER = Pattern.compile("\\X");
  /** U+231A, a watch: some pictograph to be joined to. */
  private static final String JOINED = "\u200d\u231a";
  private static final int JOINER = 0x200d;
  private static final int AS_EMOJI = 0xfe0f;
  private static final int KEYCAP = 0x20e3;
  private static final int LAST_TAG = 0xe007f;

  private Emoji() { }

  public static boolean isOne(String text) {
    if (text.isEmpty() || text.length() > LONGEST) {
      return false;
    }
    int[] points = text.codePoints().toArray();
    return isJoined(points) || isFlag(points) || isKeycap(points) || NAME.matcher(text).matches();
  }

  /** Pictographs with a joiner between them. */
  private static boolean isJoined(int[] points) {
    int at = pictograph(points, 0);
    while (at > 0 && at < points.length && points[at] == JOINER) {
      at = pictograph(points, at + 1);
    }
    return at == points.length;
  }

  /** Where a pictograph with its modifiers that begins there ends; -1 when none does. */
  private static int pictograph(int[] points, int at) {
    if (at >= points.length || !isPictograph(points[at])) {
      return -1;
    }
    int next = at + 1;
    if (next < points.length && (points[next] == AS_EMOJI || isBetween(points[next], 0x1f3fb, 0x1f3ff))) {
      return next + 1;
    }
    int tags = next;
    while (tags < points.length && isBetween(points[tags], 0xe0020, 0xe007e)) {
      tags++;
    }
    return tags == next ? next : tags < points.length && points[tags] == LAST_TAG ? tags + 1 : -1;
  }

  /** Only pictographs are joined to others: so the JDK tells which they are, for its own version of Unicode. */
  private static boolean isPictograph(int point) {
    return point >= 0xa9 && CLUSTER.matcher(Character.toString(point) + JOINED).matches();
  }

  /** Two letters of a region. */
  private static boolean isFlag(int[] points) {
    return points.length == 2 && isBetween(points[0], 0x1f1e6, 0x1f1ff) && isBetween(points[1], 0x1f1e6, 0x1f1ff);
  }

  private static boolean isKeycap(int[] points) {
    boolean key = isBetween(points[0], '0', '9') || points[0] == '#' || points[0] == '*';
    return key && points[points.length - 1] == KEYCAP
        && (points.length == 2 || points.length == 3 && points[1] == AS_EMOJI);
  }

  private static boolean isBetween(int point, int first, int last) {
    return point >= first && point <= last;
  }
}
