package io.fastroom.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The one form of a username, at registration, at login and wherever a client names a user. Any thread. */
public final class Usernames {
  /** Looks back first, since a long run inside would else be scanned from each of its characters. */
  private static final Pattern OUTER_SPACE =
      Pattern.compile("^\\p{IsWhite_Space}+|(?<!\\p{IsWhite_Space})\\p{IsWhite_Space}+$");
  private static final Pattern SEPARATORS = Pattern.compile("[ _-]+");
  private static final Pattern OUTER_UNDERSCORES = Pattern.compile("^_+|_+$");
  private static final Pattern VALID = Pattern.compile("[a-z0-9_.]{3,32}");

  private Usernames() { }

  /** Trimmed, lower-cased, separators made one underscore; empty when that gives no username. */
  public static Optional<String> normalise(String raw) {
    String name = OUTER_SPACE.matcher(raw).replaceAll("").toLowerCase(Locale.ROOT);
    name = OUTER_UNDERSCORES.matcher(SEPARATORS.matcher(name).replaceAll("_")).replaceAll("");
    return VALID.matcher(name).matches() ? Optional.of(name) : Optional.empty();
  }

  /** Whether a new account may have it: names of the form that deleted accounts have are nobody's. */
  public static boolean isFree(String normalised) {
    return !normalised.startsWith("deleted.");
  }
}
