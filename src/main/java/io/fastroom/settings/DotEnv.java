package io.fastroom.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads lines of {@code NAME=value} as python-dotenv does, since existing {@code .env} files were written for it:
 * {@code export}, quotes with escapes and line breaks, comments after a space, {@code ${NAME:-default}}.
 *
 * <p>Thread: one, used once.
 */
final class DotEnv {
  private static final Pattern BLANK = pattern("\\s*");
  private static final Pattern SPACE = pattern("[^\\S\\r\\n]*");
  private static final Pattern EXPORT = pattern("(?:export[^\\S\\r\\n]+)?");
  private static final Pattern QUOTED_NAME = pattern("'([^']+)'");
  private static final Pattern NAME = pattern("([^=#\\s]+)");
  private static final Pattern EQUALS = pattern("=[^\\S\\r\\n]*");
  private static final Pattern PLAIN = pattern("([^\\r\\n]*)");
  private static final Pattern COMMENT = pattern("(?:[^\\S\\r\\n]*#[^\\r\\n]*)?");
  private static final Pattern END_OF_LINE = pattern("[^\\S\\r\\n]*(?:\\r\\n|\\n|\\r|\\z)");
  private static final Pattern REST_OF_LINE = pattern("[^\\r\\n]*(?:\\r\\n|\\n|\\r)?");
  private static final Pattern TRAILING_COMMENT = pattern("\\s+(?s:#.*)?\\z");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)", Pattern.DOTALL);
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}:]*)(?::-([^}]*))?}");
  private static final String DOUBLE_ESCAPES = "\\'\"abfnrtv";
  private static final String DOUBLE_MEANINGS = "\\'\"\u0007\b\f\n\r\t\u000b";

  private final String text;
  private final Map<String, String> environment;
  private final IntConsumer unreadable;
  private final Map<String, String> values = new LinkedHashMap<>();
  private int at;

  private DotEnv(String text, Map<String, String> environment, IntConsumer unreadable) {
    this.text = text.startsWith("\ufeff") ? text.substring(1) : text;
    this.environment = environment;
    this.unreadable = unreadable;
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
  }

  /**
   * @param environment the meaning of a variable in a value when the file has not set it above
   * @param unreadable is told the number of each line that is skipped because it cannot be understood
   */
  static Map<String, String> read(String text, Map<String, String> environment, IntConsumer unreadable) {
    DotEnv reader = new DotEnv(text, environment, unreadable);
    while (reader.next()) {
      // Each step takes one binding, comment or unreadable line.
    }
    return reader.values;
  }

  private boolean next() {
    take(BLANK);
    int start = at;
    if (start == text.length()) {
      return false;
    }
    take(EXPORT);
    boolean comment = peek() == '#';
    String name = comment ? null : group(peek() == '\'' ? QUOTED_NAME : NAME);
    take(SPACE);
    String value = name != null && peek() == '=' ? value() : null;
    take(COMMENT);
    if (name == null && !comment || value == UNCLOSED || take(END_OF_LINE) == null) {
      at = start;
      take(REST_OF_LINE);
      unreadable.accept(1 + (int) text.substring(0, start).lines().count());
    } else if (value != null) {
      values.put(name, filledIn(value));
    } else if (name != null) {
      values.remove(name);
    }
    return true;
  }

  /** A string of its own, distinguished from every value by identity. */
  @SuppressWarnings("StringOperationCanBeSimplified")
  private static final String UNCLOSED = new String("unclosed");

  private String value() {
    MatchResult equals = take(EQUALS);
    char first = peek();
    if (first == '#' && equals.end() - equals.start() > 1) {
      return ""; // A comment, of which the space has been taken.
    }
    if (first == '\'' || first == '"') {
      String quoted = quoted(first);
      return quoted == null ? UNCLOSED : unescaped(quoted, first == '"');
    }
    return TRAILING_COMMENT.matcher(group(PLAIN)).replaceFirst("");
  }

  /** Up to the first quote that is not escaped by a backslash; when there is none, up to the last escaped one. */
  private String quoted(char quote) {
    int start = at + 1;
    int close = -1;
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 1 < text.length()) {
        close = text.charAt(++i) == quote ? i : close;
      } else if (text.charAt(i) == quote) {
        close = i;
        break;
      }
    }
    at = close < 0 ? at : close + 1;
    return close < 0 ? null : text.substring(start, close);
  }

  private static String unescaped(String quoted, boolean doubly) {
    return ESCAPE.matcher(quoted).replaceAll(found -> {
      char escaped = found.group(1).charAt(0);
      int which = doubly ? DOUBLE_ESCAPES.indexOf(escaped) : "\\'".indexOf(escaped);
      return Matcher.quoteReplacement(which < 0 ? found.group() : String.valueOf(DOUBLE_MEANINGS.charAt(which)));
    });
  }

  private String filledIn(String value) {
    return VARIABLE.matcher(value).replaceAll(found -> Matcher.quoteReplacement(meaning(found)));
  }

  private String meaning(MatchResult variable) {
    String name = variable.group(1);
    String otherwise = variable.group(2) == null ? "" : variable.group(2);
    return values.getOrDefault(name, environment.getOrDefault(name, otherwise));
  }

  /** The next character, NUL at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private String group(Pattern pattern) {
    MatchResult taken = take(pattern);
    return taken == null ? null : taken.group(1);
  }

  private MatchResult take(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(at, text.length());
    if (!matcher.lookingAt()) {
      return null;
    }
    at = matcher.end();
    return matcher.toMatchResult();
  }
}
