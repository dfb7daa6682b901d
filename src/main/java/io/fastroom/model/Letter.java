package io.fastroom.model;

import java.time.Duration;
import java.util.List;

/**
 * A letter that waits to be sent.
 *
 * @param version of the request, which may be repeated while the letter is under way
 * @param attempts that were begun, this one counted
 * @param age how long ago it was asked for
 * @param to empty when nobody is to have it any more
 */
public record Letter(long id, Kind kind, int version, int attempts, Duration age, List<Addressee> to) {
  public Letter {
    to = List.copyOf(to);
  }

  /** What it is about. */
  public enum Kind {
    RESET, VERIFY, PASSWORD_CHANGED, EMAIL_CHANGED;

    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    public static Kind of(String text) {
      return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }

    /** Whether it has a link that works once. */
    public boolean hasLink() {
      return this == RESET || this == VERIFY;
    }
  }

  public record Addressee(long userId, String username, String email) { }
}
