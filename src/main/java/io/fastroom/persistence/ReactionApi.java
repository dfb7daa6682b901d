package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.RoomEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is asked about reactions; answered as all of {@link PersistenceApi} is. */
public final class ReactionApi {
  private ReactionApi() { }

  /**
   * A reaction to be put on a message, or taken off.
   *
   * @param emoji one of {@link io.fastroom.model.Emoji}
   * @param connId the socket it came from
   * @param ref null when the client gave none
   */
  public record React(long roomId, long userId, String username, long messageId, String emoji, boolean on,
                      String connId, String ref) { }

  /** @param event null when there was nothing to change */
  public record Reacted(RoomEvent.Reaction event) { }

  /**
   * Committed in groups by the one ChatWriters of the node. Refused: NOT_IN_ROOM (not a member), BANNED, MUTED,
   * ROOM_NOT_FOUND, MESSAGE_NOT_FOUND (none of the room's, or deleted), INVALID_MESSAGE (one kind more than a message may
   * have), BUSY, UNAVAILABLE.
   */
  public static final Address<React, Reacted> REACT = new Address<>("persistence.reaction.append");

  /** Asks which of these messages of a room a user reacts to. */
  public record FindReactions(long roomId, long userId, List<Long> messageIds) { }

  /** The emojis by message; messages without any are missing. */
  public static final Address<FindReactions, Map<Long, Set<String>>> FIND_REACTIONS =
      new Address<>("persistence.reaction.find");
}
