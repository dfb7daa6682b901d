package io.fastroom.model;

import java.util.Locale;

/** What a key may be used for. None includes another one, and none gives a right that the key's account has not. */
public enum Scope {
  /** Reading, by REST and in rooms of a socket. */
  READ,
  /** Saying something, joining and leaving, rooms of one's own. */
  WRITE,
  /** What moderators do. */
  MODERATE,
  /** What administrators do. */
  ADMIN;

  /** As clients and the database have it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** @param text one of {@link #text} */
  public static Scope of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
