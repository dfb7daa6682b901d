package io.fastroom.support;

/** A room as tests know it. */
public record RoomRef(long id, String name) {

  public String path() {
    return "/rooms/" + id;
  }
}
