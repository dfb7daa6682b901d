package io.fastroom.room;

import io.fastroom.bus.Address;
import io.fastroom.model.Member;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.wire.EncodedEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What may be asked of the live rooms of a node. Its one RoomVerticle puts every durable event into {@code seq} order,
 * fills gaps from PostgreSQL, keeps the tail of the log and the list of who is there, and hands hubs a stream without
 * gaps and duplicates. A hub (one per edge) only writes what it is handed to its sockets.
 *
 * <p>RoomVerticle sends from one context, so a {@link Joined} answer and the {@link Deliveries} after it reach the hub
 * in the order they were made: what the answer holds and what comes after it neither overlap nor leave a gap.
 */
public final class RoomApi {
  private RoomApi() { }

  // From sessions

  /**
   * A socket wants to join a room.
   *
   * @param hub names the hub, {@link #hub(String)}
   * @param since the last event the client has, its time null when the client did not say; null when it did not ask to
   *     resume
   * @param reads whether it only reads: then it makes nobody a member and has no presence
   * @param ifMember whether it makes nobody a member either, but refuses those who are none with NOT_IN_ROOM
   */
  public record Join(String hub, String connId, long userId, String username, String room, Position since,
                     boolean reads, boolean ifMember) { }

  /**
   * The socket is in the room, at {@code seq}; the hub must add it before it handles anything else of this room.
   *
   * @param seq everything up to it is in the history (or in the log after {@code since}), everything after comes live
   * @param member null, or not a member, for one who only reads: a guest is out of a room that is made private, unless a
   *     member by then
   * @param present including the joiner; not everybody of a large room
   * @param history with {@code resumed} false: the last messages as chats; with true: the first page of what was missed
   * @param resumed null when the client did not ask to resume
   * @param last the last event up to {@code seq}, or 0 and the time the room was created: what the client resumes by
   * @param historyTo the seq up to which {@code history} is complete; when it is below {@code seq} the hub reads on
   *     with {@link ReadAfter}
   */
  public record Joined(long roomId, String room, Member member, long seq, Position last, Who present,
                       List<EncodedEvent> history, Boolean resumed, long historyTo) {
    public boolean isGuest() {
      return member == null || !member.isMember();
    }
  }

  /** The socket has left or is gone. Answered when presence has been told. */
  public record Leave(long roomId, String connId) { }

  public record Typing(long roomId, long userId, String username, boolean isTyping) { }

  /** For a user's socket that is behind (a long resume, a slow reader): the next events of the log after {@code seq}. */
  public record ReadAfter(long roomId, long seq, long userId) { }

  /**
   * A socket of the room is to be told what was read when the log ended at {@code read}. What it is told must have been
   * released before: of that alone the node notices when a failover loses it and others take its place.
   */
  public record Release(long roomId, Position read) { }

  /**
   * In order.
   *
   * @param to the seq up to which these are all the events; beyond the last of them when the log has a hole there
   */
  public record Events(List<EncodedEvent> events, long to) { }

  /** Refused: ROOM_NOT_FOUND, BANNED, RATE_LIMITED, TOO_MANY_MEMBERSHIPS, ROOM_FULL, BUSY, UNAVAILABLE. */
  public static final Address<Join, Joined> JOIN = new Address<>("room.enter");
  public static final Address<Leave, Void> LEAVE = new Address<>("room.exit");
  public static final Address<Typing, Void> TYPING = new Address<>("room.typing");
  public static final Address<ReadAfter, Events> READ_AFTER = new Address<>("room.read");
  /** Answered with whether the log that was read is the one that has been released. Refused: ROOM_NOT_FOUND, UNAVAILABLE. */
  public static final Address<Release, Boolean> RELEASE = new Address<>("room.release");

  // To hubs

  /**
   * Something for the sockets of a room.
   *
   * @param seq 0 for what is not durable (typing, presence, foreign); else the next seq of the room
   * @param event null when not durable
   * @param json null when there is nothing to tell: the log has a hole up to {@code seq}
   * @param connId the one socket whose copy carries {@code ref}, null for none
   */
  public record Delivery(long roomId, long seq, RoomEvent event, byte[] json, String connId, String ref) { }

  /** What a hub gets in one bus message, however many deliveries. */
  public record Deliveries(List<Delivery> deliveries) { }

  /**
   * The room's log has become another one by a failover or a restore. What was delivered before is no longer valid;
   * every socket of the room is to be told this as if it had just joined, and what comes after begins after
   * {@code seq}.
   *
   * @param room its name now, which may have changed, too
   * @param seq as in {@link Joined}, as are the others
   * @param muted the users who are muted
   * @param out the users who may not be in the room any more, and why
   */
  public record StartOver(long roomId, String room, boolean isPrivate, long seq, Position last, Who present,
                          List<EncodedEvent> history, Set<Long> muted, Map<Long, Problem> out) { }

  /** Where a hub is told to start over; in order with its {@link Deliveries}. */
  public static Address<StartOver, Void> startOver(String hub) {
    return new Address<>("room.startover." + hub);
  }

  /** Where a hub receives its deliveries. */
  public static Address<Deliveries, Void> hub(String hub) {
    return new Address<>("room.hub." + hub);
  }

  /** Asks a hub whether it has written what it was handed of a room. */
  public record CaughtUp(long roomId) { }

  /** Where a hub answers once it has written the {@link Deliveries} before. */
  public static Address<CaughtUp, Void> caughtUp(String hub) {
    return new Address<>("room.caughtup." + hub);
  }

  /** A room with more people is large: lists are not complete, and changes of presence are gathered. */
  public static final int LARGE = 500;

  /**
   * Who is in a room: by the node's own view if the room is live, else by Redis.
   *
   * @param after the name the list begins after, null for the start
   * @param limit the list's length at most
   */
  public record WhoIsThere(long roomId, String room, String after, int limit) {
    /** The first page, as sockets get it. */
    public WhoIsThere(long roomId, String room) {
      this(roomId, room, null, LARGE);
    }
  }

  /**
   * Some of those who are in a room.
   *
   * @param present sorted; not everybody of a large room
   * @param count of everybody
   * @param more whether others come after the last of them
   */
  public record Who(List<String> users, int count, boolean more) { }

  public static final Address<WhoIsThere, Who> WHO_IS_THERE = new Address<>("room.who");
}
