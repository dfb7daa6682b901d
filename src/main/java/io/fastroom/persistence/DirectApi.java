package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.Room;

/** Rooms between two people; once made, they are rooms like others. */
public final class DirectApi {
  private DirectApi() { }

  /** The room between the actor and another user; the name is normalised already. */
  public record OpenDirect(long actorId, String username) { }

  /** @param isNew whether it was made by this question */
  public record Opened(Room room, boolean isNew) { }

  /** Refused: USER_NOT_FOUND (also of a disabled account), NOT_YOURSELF, TOO_MANY_ROOMS_MADE, TOO_MANY_MEMBERSHIPS. */
  public static final Address<OpenDirect, Opened> OPEN_DIRECT = new Address<>("persistence.room.direct");
}
