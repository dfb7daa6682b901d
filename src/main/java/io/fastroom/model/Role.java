package io.fastroom.model;

import java.util.Locale;

/** What an account may do beyond its own affairs. */
public enum Role {
  USER,
  /** Looks after accounts and rooms. */
  ADMIN;

  /** As clients and the database have it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** @param text one of {@link #text} */
  public static Role of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
