package io.fastroom.model;

import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whom a text mentions by {@code @username}. Without regard to case; not in the middle of a word, as in an e-mail
 * address; without the dots and underscores that end it, which belong to the sentence. Who is no member of the room is
 * sorted out by whoever writes the text down.
 *
 * <p>Limits: {@value #MAX} names a text, the first ones. Stateless.
 */
public final class Mentions {
  public static final int MAX = 50;
  private static final int SHORTEST = 3;
  private static final int LONGEST = 32;
  /** Scripts that write no spaces between words: what touches a name is the next word. */
  private static final Set<UnicodeScript> WITHOUT_SPACES = EnumSet.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA,
      UnicodeScript.KATAKANA, UnicodeScript.HANGUL, UnicodeScript.BOPOMOFO, UnicodeScript.THAI, UnicodeScript.LAO,
      UnicodeScript.KHMER, UnicodeScript.MYANMAR);

  private Mentions() { }

  /** Possible usernames, each once, in the order of the text. */
  public static List<String> in(String text) {
    int at = text.indexOf('@');
    if (at < 0) {
      return List.of();
    }
    Set<String> names = new LinkedHashSet<>();
    for (; at >= 0 && names.size() < MAX; at = text.indexOf('@', at + 1)) {
      String name = name(text, at + 1);
      if (name != null && (at == 0 || !continues(text.codePointBefore(at)))) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  /** The name that begins there, null when none does. */
  private static String name(String text, int begin) {
    int end = begin;
    while (end < text.length() && isOfName(text.charAt(end))) {
      end++;
    }
    if (end < text.length() && end > begin && continues(text.codePointAt(end))) {
      return null;
    }
    while (end > begin && (text.charAt(end - 1) == '.' || text.charAt(end - 1) == '_')) {
      end--;
    }
    int from = begin;
    while (from < end && text.charAt(from) == '_') {
      from++;
    }
    int length = end - from;
    return length < SHORTEST || length > LONGEST ? null : text.substring(from, end).toLowerCase(Locale.ROOT);
  }

  private static boolean isOfName(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.';
  }

  /** Whether a word goes on over the boundary beside this character. */
  private static boolean continues(int c) {
    if (c == '@') {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> true;
      default -> Character.isLetterOrDigit(c) && !WITHOUT_SPACES.contains(UnicodeScript.of(c));
    };
  }
}
