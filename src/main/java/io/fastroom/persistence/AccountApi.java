package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.Account;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Invite;
import io.fastroom.model.LoginInfo;
import io.fastroom.model.Member;
import io.fastroom.model.Role;
import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.RegisterUser;
import java.time.Instant;
import java.util.List;

/**
 * What may be asked of persistence about accounts: by their owners, and by administrators ({@code actorId}; anybody
 * else is Refused NOT_ADMIN) who come from an {@code address}. The rules of {@link PersistenceApi} hold. Questions that
 * end logins answer with their access tokens, which are blocked already; the asker tells the nodes.
 */
public final class AccountApi {
  private AccountApi() { }

  // One's own account

  public record GetAccount(long userId) { }

  /** Null keeps a value, empty clears it. Refused: EMAIL_TAKEN, USER_NOT_FOUND. */
  public record UpdateAccount(long userId, String fullName, String email) { }

  /**
   * Ends all logins except that of the access token. Refused: WRONG_PASSWORD when the hash has changed meanwhile.
   *
   * @param jti of the access token
   */
  public record ChangePassword(long userId, String jti, String oldHash, String newHash) { }

  /** Records where a login came from. Of more than 100 logins of an account the oldest are ended. */
  public record NoteLogin(long userId, String family, String address, String userAgent) { }

  public record ListLogins(long userId, String jti) { }

  /** Refused: SESSION_NOT_FOUND. */
  public record EndOwnLogin(long userId, long loginId) { }

  /** All except that of the access token. */
  public record EndOtherLogins(long userId, String jti) { }

  /** Whether an access token's account is still valid: it exists, under that name, and is not disabled. */
  public record CheckAccount(long userId, String username) { }

  /** An access token is in use. What is told more often than once a minute is not written. */
  public record SeeLogin(String accessJti) { }

  public static final Address<GetAccount, Account> GET_ACCOUNT = new Address<>("persistence.account.get");
  public static final Address<UpdateAccount, Account> UPDATE_ACCOUNT = new Address<>("persistence.account.update");
  public static final Address<ChangePassword, List<BlockedToken>> CHANGE_PASSWORD =
      new Address<>("persistence.account.password");
  public static final Address<NoteLogin, List<BlockedToken>> NOTE_LOGIN = new Address<>("persistence.login.note");
  public static final Address<SeeLogin, Void> SEE_LOGIN = new Address<>("persistence.login.see");
  public static final Address<ListLogins, List<LoginInfo>> LIST_LOGINS = new Address<>("persistence.login.list");
  public static final Address<EndOwnLogin, List<BlockedToken>> END_OWN_LOGIN =
      new Address<>("persistence.login.end_own");
  public static final Address<EndOtherLogins, List<BlockedToken>> END_OTHER_LOGINS =
      new Address<>("persistence.login.end_others");
  public static final Address<CheckAccount, Boolean> CHECK_ACCOUNT = new Address<>("persistence.account.check");

  /**
   * Ends an account. Refused: LAST_ADMIN, and WRONG_PASSWORD when it has a password and none was given.
   *
   * @param actorId null for oneself
   * @param withPassword whether the right password was given, or none is needed
   */
  public record DeleteAccount(Long actorId, long userId, boolean withPassword, String address) { }

  /** Does for a moment what is to be done for a deleted account, which otherwise comes by itself. */
  public record PurgeAccount(long userId) { }

  public static final Address<DeleteAccount, List<BlockedToken>> DELETE_ACCOUNT =
      new Address<>("persistence.account.delete");
  public static final Address<PurgeAccount, Void> PURGE_ACCOUNT = new Address<>("persistence.account.purge");

  // Administration

  /** An account as it is now, and what its change has ended. */
  public record Changed(Account account, List<BlockedToken> ended) { }

  /**
   * By username.
   *
   * @param words that username, e-mail or full name must contain, null for any
   * @param disabled null for any
   * @param role null for any
   * @param after the username the page begins after, null for none
   */
  public record ListAccounts(long actorId, String words, Boolean disabled, Role role, String after, int limit) { }

  /** @param more whether there is another page */
  public record AccountPage(List<Account> items, boolean more) { }

  /** Null keeps a value. Refused: USER_NOT_FOUND, LAST_ADMIN. */
  public record ChangeAccount(long actorId, long userId, Boolean disabled, Role role, String address) { }

  /**
   * Refused: USERNAME_TAKEN, EMAIL_TAKEN.
   *
   * @param passwordHash empty for an account that nobody can sign in to by password
   */
  public record CreateAccount(long actorId, String username, String email, String fullName, String passwordHash,
                              Role role, boolean bot, String address) { }

  public static final Address<ListAccounts, AccountPage> LIST_ACCOUNTS = new Address<>("persistence.admin.list");
  public static final Address<ChangeAccount, Changed> CHANGE_ACCOUNT = new Address<>("persistence.admin.change");
  public static final Address<CreateAccount, Account> CREATE_ACCOUNT = new Address<>("persistence.admin.create");

  // Any room

  /**
   * @param retentionDays how long its messages are kept, 0 for ever; null when they are kept as the node's settings say
   * @param members those who are banned counted; null when nobody has counted
   */
  public record AdminRoom(Room room, Integer retentionDays, Long members) { }

  /** @param days as of {@link AdminRoom} */
  public record RoomRetention(Integer days) { }

  /** The newest first. @param words that the name holds, null for any; @param before a room to begin behind, or null */
  public record ListAllRooms(long actorId, String words, Long before, int limit) { }

  public record RoomsPage(List<AdminRoom> items, boolean more) { }

  /** Null keeps. Refused: ROOM_NAME_TAKEN. */
  public record ChangeAnyRoom(long actorId, long roomId, String name, Boolean isPrivate, RoomRetention retention,
                              String address) { }

  public record DeleteAnyRoom(long actorId, long roomId, String address) { }

  /** Makes a user a member and moderator. Refused: USER_NOT_FOUND, MEMBER_BANNED. */
  public record AppointModerator(long actorId, long roomId, String username, String address) { }

  public static final Address<ListAllRooms, RoomsPage> LIST_ALL_ROOMS = new Address<>("persistence.admin.rooms");
  public static final Address<ChangeAnyRoom, AdminRoom> CHANGE_ANY_ROOM = new Address<>("persistence.admin.change_room");
  /** Answers the room as it was. */
  public static final Address<DeleteAnyRoom, Room> DELETE_ANY_ROOM = new Address<>("persistence.admin.delete_room");
  public static final Address<AppointModerator, Member> APPOINT_MODERATOR =
      new Address<>("persistence.admin.appoint");

  // The audit trail

  /** The newest first, of everything. @param before an entry to begin behind, null for none */
  public record ListAudit(long actorId, Long before, int limit) { }

  /** What concerns one room, for its moderators and administrators. Refused: ROOM_NOT_FOUND, NOT_MODERATOR, BANNED. */
  public record ListRoomAudit(long actorId, long roomId, Long before, int limit) { }

  public record AuditPage(List<AuditEntry> items, boolean more) { }

  /** Keeps an entry about what changes nothing; a change keeps its own. */
  public static final Address<AuditEntry, Void> AUDIT = new Address<>("persistence.audit.record");
  public static final Address<ListAudit, AuditPage> LIST_AUDIT = new Address<>("persistence.audit.list");
  public static final Address<ListRoomAudit, AuditPage> LIST_ROOM_AUDIT = new Address<>("persistence.audit.room");

  // Invites

  /** @param expiresAt null for never */
  public record CreateInvite(long actorId, String code, int uses, Instant expiresAt, String address) { }

  /** The newest first. @param before an invite to begin behind, null for none */
  public record ListInvites(long actorId, Long before, int limit) { }

  public record InvitePage(List<Invite> items, boolean more) { }

  /** Refused: INVITE_NOT_FOUND. */
  public record DeleteInvite(long actorId, long inviteId, String address) { }

  /** Refused: INVITE_REQUIRED for a code that is unknown, spent or expired; and as REGISTER_USER is. */
  public record RegisterInvited(RegisterUser user, String invite) { }

  public static final Address<CreateInvite, Invite> CREATE_INVITE = new Address<>("persistence.invite.create");
  public static final Address<ListInvites, InvitePage> LIST_INVITES = new Address<>("persistence.invite.list");
  public static final Address<DeleteInvite, Void> DELETE_INVITE = new Address<>("persistence.invite.delete");
  public static final Address<RegisterInvited, User> REGISTER_INVITED = new Address<>("persistence.invite.register");
}
