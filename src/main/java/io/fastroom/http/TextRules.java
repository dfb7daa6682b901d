package io.fastroom.http;

import io.fastroom.auth.Usernames;
import io.fastroom.model.RoomNames;
import io.fastroom.wire.Rfc3339;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;

/** Rules for texts that a schema cannot express. The schema limits their lengths, in code points. Any thread. */
final class TextRules {
  private static final Pattern EMAIL =
      Pattern.compile("[^@{}]+@[^@{}]+".replace("{}", "<>()\\[\\]\\\\,;:\"\\p{IsWhite_Space}\\p{Cntrl}"));

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private TextRules() { }

  /** Null for any text that PostgreSQL, JSON and UTF-8 can hold, else what is wrong with it. */
  static String flaw(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return "must not contain NUL";
      }
      if (Character.isSurrogate(c)) {
        boolean paired = Character.isHighSurrogate(c) && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return "must not contain a lone surrogate";
        }
        i++;
      }
    }
    return null;
  }

  static String username(String raw) {
    return Usernames.normalise(raw).orElseThrow(() -> InvalidInput.body("/username",
        "must be 3 to 32 of a-z, 0-9, _ and . when normalised"));
  }

  /** The normalised name for a new account: names of the form that deleted accounts have are refused. */
  static String newUsername(String raw) {
    String name = username(raw);
    if (!Usernames.isFree(name)) {
      throw InvalidInput.body("/username", "must not begin with deleted.");
    }
    return name;
  }

  static String roomName(String raw) {
    String name = RoomNames.normal(raw);
    String flaw = RoomNames.flaw(name);
    if (flaw != null) {
      throw InvalidInput.body("/name", flaw);
    }
    return name;
  }

  /** @return null for null */
  static String email(String email) {
    if (email != null && !EMAIL.matcher(email).matches()) {
      throw InvalidInput.body("/email", "must be an e-mail address");
    }
    return email;
  }

  /** A time to come, null for null. @param pointer where it stands in the body */
  static Instant future(String given, String pointer) {
    if (given == null) {
      return null;
    }
    try {
      Instant at = Rfc3339.parse(given);
      if (at.isAfter(Instant.now()) && !at.isAfter(LATEST)) {
        return at;
      }
    } catch (DateTimeException e) {
      throw InvalidInput.body(pointer, "must be a time such as 2030-01-31T12:00:00Z");
    }
    throw InvalidInput.body(pointer, "must be a time to come, before the year 10000");
  }
}
