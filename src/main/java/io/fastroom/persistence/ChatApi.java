package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.Committed;
import io.fastroom.model.Position;
import io.fastroom.model.RoomEvent;
import java.util.List;

/** What may be asked of the one ChatWriters of a node, and what it tells. */
public final class ChatApi {
  private ChatApi() { }

  /**
   * A chat to commit.
   *
   * @param connId the socket it came from, null when it came from none; @param ref null when the client gave none
   * @param clientId the idempotency key, null when the client gave none
   * @param replyTo the message that it replies to, null for none
   */
  public record Append(long roomId, long userId, String username, String text, String clientId, Long replyTo,
                       String connId, String ref) { }

  /**
   * @param readAt null for a new chat, which has been announced; else {@code clientId} was seen before, the event is the
   *     first one's with the message in its present state, and this is the end of the log it was read from
   */
  public record Appended(RoomEvent.Chat event, Position readAt) {
    public boolean repeated() {
      return readAt != null;
    }
  }

  /**
   * Refused: NOT_IN_ROOM (not a member), BANNED, MUTED, ROOM_NOT_FOUND, INVALID_MESSAGE (a text PostgreSQL cannot hold),
   * MESSAGE_NOT_FOUND (to be replied to), BUSY, UNAVAILABLE. Appends of one context and room commit in order.
   */
  public static final Address<Append, Appended> APPEND = new Address<>("persistence.chat.append");

  /** Events this node has just committed; in commit order within a room. */
  public record CommittedAll(List<Committed> events) { }

  /** Announced for every commit, before its question is answered; heard by RoomVerticle. */
  public static final Address<CommittedAll, Void> COMMITTED = new Address<>("persistence.committed");

  /** That the sockets of a room cannot be told what is said in it as fast as it is, or that they can again. */
  public record Crowded(long roomId, boolean crowded) { }

  /** Announced by RoomVerticle, and again while it lasts: meanwhile appends of the room are BUSY. */
  public static final Address<Crowded, Void> CROWDED = new Address<>("persistence.chat.crowded");

  /** Asks to be told when the commit under way for the room, if there is one, has been announced. */
  public record AwaitAppends(long roomId) { }

  public static final Address<AwaitAppends, Void> AWAIT_APPENDS = new Address<>("persistence.chat.await");
}
