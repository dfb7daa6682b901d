package io.fastroom.model;

import java.time.Instant;

/** A room is identified by its id; its name may change and be taken by another room. */
public record Room(long id, String name, boolean isPrivate, Instant createdAt) {
  /** Whether it is between two people, which only its name says. */
  public boolean isDirect() {
    return name.startsWith(RoomNames.DIRECT);
  }

  /** {@code room} or {@code direct}. */
  public String kind() {
    return isDirect() ? "direct" : "room";
  }
}
