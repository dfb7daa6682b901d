package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Capacity;
import io.fastroom.model.Listing;
import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Page;
import io.fastroom.model.Room;
import io.fastroom.model.User;
import java.time.Instant;
import java.util.List;

/**
 * What may be asked of persistence. Every question except those about chat is answered by any of its verticles; it
 * fails with {@link io.fastroom.bus.Refused} only; if PostgreSQL is away that is {@code UNAVAILABLE}. A question that
 * changes a room commits its event in the same transaction, and persistence itself announces it to {@link #COMMITTED}
 * before it answers. Joining a public room on one's own is not an event.
 *
 * <p>{@code actorId} is the user who asks; a private room is {@code ROOM_NOT_FOUND} for whoever is not a member.
 * {@code address} is where they come from, null when nobody knows: what the audit trail tells of is kept there in the
 * same transaction.
 */
public final class PersistenceApi {
  private PersistenceApi() { }

  // Accounts

  /** Names are normalised already. Refused: USERNAME_TAKEN, EMAIL_TAKEN. */
  public record RegisterUser(String username, String email, String fullName, String passwordHash) { }

  /** @param address the keyed hash of the address that the question comes from */
  public record FindCredentials(String username, byte[] address) { }

  /**
   * @param user null when there is no such user; the answer itself is never null
   * @param known whether the account was signed in to from the address within 30 days
   */
  public record Credentials(User user, String passwordHash, boolean known) { }

  /** Replaces a hash by another one of the same password; does nothing when the hash has changed meanwhile. */
  public record RehashPassword(long userId, String oldHash, String newHash) { }

  public record FindUser(String username) { }

  public record GetUser(long userId) { }

  /** @param after the username the page begins after, null for none */
  public record ListUsers(long actorId, int limit, long offset, boolean ascending, String after) { }

  public static final Address<RegisterUser, User> REGISTER_USER = new Address<>("persistence.user.register");
  public static final Address<FindCredentials, Credentials> FIND_CREDENTIALS =
      new Address<>("persistence.user.credentials");
  public static final Address<RehashPassword, Void> REHASH_PASSWORD = new Address<>("persistence.user.rehash");
  /** Refused: USER_NOT_FOUND. */
  public static final Address<FindUser, User> FIND_USER = new Address<>("persistence.user.find");
  /** Refused: USER_NOT_FOUND. */
  public static final Address<GetUser, User> GET_USER = new Address<>("persistence.user.get");
  public static final Address<ListUsers, Listing<User>> LIST_USERS = new Address<>("persistence.user.list");

  // Sessions: refresh tokens and what was revoked

  /**
   * A refresh token as it is stored.
   *
   * @param hash SHA-256 of the token
   * @param family all tokens that descend from one login by rotation
   * @param accessJti the access token given out with it, blocked when the family is revoked
   */
  public record RefreshToken(byte[] hash, long userId, String family, Instant expiresAt, String accessJti,
                             Instant accessExpiresAt) { }

  /**
   * Starts a login with its first token, from an address (its keyed hash, null for none) that is known from now on. Refused:
   * WRONG_PASSWORD when the password's hash has changed meanwhile, or the account was disabled.
   */
  public record StartLogin(RefreshToken token, String passwordHash, byte[] address) { }

  /**
   * Replaces the token {@code oldHash} by {@code next}, of the same family and user, in one transaction. A token of the
   * present generation is replaced by one of the next; a token of the generation before, if that can be forgiven, by
   * one of the present.
   *
   * @param waitedMillis how long ago the token was presented
   */
  public record RotateRefreshToken(byte[] oldHash, RefreshToken next, long waitedMillis) { }

  public enum Rotation {
    ROTATED,
    /** Unknown, expired, or of a login that has ended. */
    DEAD,
    /**
     * Theft: a token of an earlier generation, or of the previous one more than 60 s after its rotation or after a
     * token of the present one was used. The family has been revoked and its access tokens blocked.
     */
    REUSED,
    USER_DISABLED
  }

  /** @param revoked the access tokens blocked with the family, empty unless REUSED */
  public record Rotated(Rotation outcome, User user, List<BlockedToken> revoked) { }

  /** Finds whose a refresh token is before a new pair is signed. */
  public record FindRefreshToken(byte[] hash) { }

  /**
   * @param user null when the token is unknown; the answer itself is never null
   * @param since when the login began
   */
  public record RefreshOwner(User user, String family, Instant since) { }

  /** An access token was used for the first time on a node. */
  public record UseLogin(String accessJti) { }

  /**
   * Ends the logins that a refresh token and an access token belong to, and answers every access token of theirs that
   * had not expired.
   *
   * @param bearer null for none
   */
  public record EndLogin(byte[] hash, BlockedToken bearer) { }

  /** What has changed since (microseconds of the database's clock; 0 for all). Every node asks every second. */
  public record ListRevocations(long sinceMicros) { }

  /** @param atMicros to be passed as {@code sinceMicros} next time (with some overlap) */
  public record RevocationList(List<BlockedToken> tokens, List<Long> disabledUsers, long atMicros) { }

  public static final Address<StartLogin, Void> START_LOGIN = new Address<>("persistence.login.start");
  public static final Address<UseLogin, Void> USE_LOGIN = new Address<>("persistence.login.use");
  public static final Address<EndLogin, List<BlockedToken>> END_LOGIN = new Address<>("persistence.login.end");
  public static final Address<FindRefreshToken, RefreshOwner> FIND_REFRESH_TOKEN =
      new Address<>("persistence.refresh.find");
  public static final Address<RotateRefreshToken, Rotated> ROTATE_REFRESH_TOKEN =
      new Address<>("persistence.refresh.rotate");
  public static final Address<ListRevocations, RevocationList> LIST_REVOCATIONS =
      new Address<>("persistence.token.revocations");

  // Rooms

  /** Refused: ROOM_NAME_TAKEN. The creator becomes member and moderator. */
  public record CreateRoom(long actorId, String name, boolean isPrivate) { }

  /** A room as the asker sees it. */
  public record SeenRoom(Room room, boolean isMember) { }

  /**
   * @param after the room the page begins after, null for none
   * @param memberOnly only those that the actor is a member of
   * @param words that the name must contain, null for any
   */
  public record ListRooms(long actorId, int limit, long offset, boolean ascending, Long after, boolean memberOnly,
                          String words) { }

  public record GetRoom(long actorId, long roomId) { }

  public record FindRoom(long actorId, String name) { }

  /** @param name null to keep it; @param isPrivate null to keep it */
  public record UpdateRoom(long actorId, long roomId, String name, Boolean isPrivate, String address) { }

  public record DeleteRoom(long actorId, long roomId, String address) { }

  public static final Address<CreateRoom, Room> CREATE_ROOM = new Address<>("persistence.room.create");
  public static final Address<ListRooms, Listing<SeenRoom>> LIST_ROOMS = new Address<>("persistence.room.list");
  public static final Address<GetRoom, SeenRoom> GET_ROOM = new Address<>("persistence.room.get");
  /**
   * The same for access to the room's content, which needs more than that the room exists. Refused: ROOM_NOT_FOUND,
   * BANNED.
   */
  public static final Address<GetRoom, Room> OPEN_ROOM = new Address<>("persistence.room.open");
  public static final Address<FindRoom, SeenRoom> FIND_ROOM = new Address<>("persistence.room.find");
  public static final Address<UpdateRoom, Room> UPDATE_ROOM = new Address<>("persistence.room.update");
  public static final Address<DeleteRoom, Void> DELETE_ROOM = new Address<>("persistence.room.delete");

  // Members

  /** @param after the user the page begins after, null for none */
  public record ListMembers(long actorId, long roomId, int limit, long offset, Long after) { }

  /** Refused: ALREADY_MEMBER, BANNED, ROOM_NOT_FOUND (private), RATE_LIMITED, TOO_MANY_MEMBERSHIPS, ROOM_FULL. */
  public record JoinRoom(long actorId, long roomId) { }

  /** Refused: MEMBER_NOT_FOUND, LAST_MODERATOR. */
  public record LeaveRoom(long actorId, long roomId) { }

  public record AddMember(long actorId, long roomId, String username) { }

  public record RemoveMember(long actorId, long roomId, long userId, String address) { }

  public enum Flag { MODERATOR, BAN, MUTE }

  /**
   * @param enabled null to toggle
   * @param reason of a ban or mute, null for none
   * @param until when it ends by itself, null for never
   */
  public record SetFlag(long actorId, long roomId, long userId, Flag flag, Boolean enabled, String reason,
                        Instant until, String address) {
    public SetFlag(long actorId, long roomId, long userId, Flag flag, Boolean enabled) {
      this(actorId, roomId, userId, flag, enabled, null, null, null);
    }
  }

  public static final Address<ListMembers, Listing<Member>> LIST_MEMBERS = new Address<>("persistence.member.list");
  public static final Address<JoinRoom, Member> JOIN_ROOM = new Address<>("persistence.member.join");
  public static final Address<LeaveRoom, Void> LEAVE_ROOM = new Address<>("persistence.member.leave");
  public static final Address<AddMember, Member> ADD_MEMBER = new Address<>("persistence.member.add");
  public static final Address<RemoveMember, Void> REMOVE_MEMBER = new Address<>("persistence.member.remove");
  public static final Address<SetFlag, Member> SET_FLAG = new Address<>("persistence.member.flag");

  /**
   * A socket joins a room: the user becomes a member of a public room if they are not yet (without an event), then the
   * answer says what they are. Refused: ROOM_NOT_FOUND, BANNED, RATE_LIMITED, TOO_MANY_MEMBERSHIPS, ROOM_FULL.
   *
   * @param room its name
   * @param admits false for a reader: they become no member, and the answer has none when they were not
   */
  public record EnsureMember(long userId, String room, boolean admits) {
    public EnsureMember(long userId, String room) {
      this(userId, room, true);
    }
  }

  /**
   * @param seq how far the log must be released before the member is let in: the event that made them what they are, or
   *     a later one
   * @param member null for a reader who has never been one
   */
  public record Membership(Room room, Member member, long seq) { }

  public static final Address<EnsureMember, Membership> ENSURE_MEMBER = new Address<>("persistence.room.enter");

  // Messages

  /**
   * One of {@code beforeId} and {@code afterId} (-1 for none); it overrides {@code offset}. Refused: BANNED,
   * ROOM_NOT_FOUND.
   */
  public record ListMessages(long actorId, long roomId, int limit, long offset, long beforeId, long afterId) { }

  /** @param more whether there is another page in the direction of reading */
  public record MessagePage(Page<Message> page, boolean more) { }

  /** Refused: BANNED, ROOM_NOT_FOUND, MESSAGE_NOT_FOUND. */
  public record GetMessage(long actorId, long roomId, long messageId) { }

  public record EditMessage(long actorId, long roomId, long messageId, String content, Capacity as, String address) {
    public EditMessage(long actorId, long roomId, long messageId, String content) {
      this(actorId, roomId, messageId, content, Capacity.ANY, null);
    }
  }

  public record DeleteMessage(long actorId, long roomId, long messageId, Capacity as, String address) { }

  public static final Address<ListMessages, MessagePage> LIST_MESSAGES = new Address<>("persistence.message.list");
  public static final Address<GetMessage, Message> GET_MESSAGE = new Address<>("persistence.message.get");
  public static final Address<EditMessage, Message> EDIT_MESSAGE = new Address<>("persistence.message.edit");
  public static final Address<DeleteMessage, Void> DELETE_MESSAGE = new Address<>("persistence.message.delete");

  /** Whether PostgreSQL answers a query now; fails with UNAVAILABLE. For readiness. */
  public record Ping() { }

  public static final Address<Ping, Void> PING = new Address<>("persistence.ping");
}
