package io.fastroom.persistence;

import io.fastroom.bus.Address;
import io.fastroom.model.Account;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.LoginInfo;
import io.fastroom.model.Role;
import java.util.List;

/**
 * What may be asked of persistence about accounts: by their owners, and by administrators ({@code actorId}; anybody
 * else is Refused NOT_ADMIN). The rules of {@link PersistenceApi} hold. Questions that end logins answer with their
 * access tokens, which are blocked already; the asker tells the nodes.
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

  public static final Address<GetAccount, Account> GET_ACCOUNT = new Address<>("persistence.account.get");
  public static final Address<UpdateAccount, Account> UPDATE_ACCOUNT = new Address<>("persistence.account.update");
  public static final Address<ChangePassword, List<BlockedToken>> CHANGE_PASSWORD =
      new Address<>("persistence.account.password");
  public static final Address<NoteLogin, List<BlockedToken>> NOTE_LOGIN = new Address<>("persistence.login.note");
  public static final Address<ListLogins, List<LoginInfo>> LIST_LOGINS = new Address<>("persistence.login.list");
  public static final Address<EndOwnLogin, List<BlockedToken>> END_OWN_LOGIN =
      new Address<>("persistence.login.end_own");
  public static final Address<EndOtherLogins, List<BlockedToken>> END_OTHER_LOGINS =
      new Address<>("persistence.login.end_others");
  public static final Address<CheckAccount, Boolean> CHECK_ACCOUNT = new Address<>("persistence.account.check");

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
  public record ChangeAccount(long actorId, long userId, Boolean disabled, Role role) { }

  /**
   * Refused: USERNAME_TAKEN, EMAIL_TAKEN.
   *
   * @param passwordHash empty for an account that nobody can sign in to by password
   */
  public record CreateAccount(long actorId, String username, String email, String fullName, String passwordHash,
                              Role role, boolean bot) { }

  public static final Address<ListAccounts, AccountPage> LIST_ACCOUNTS = new Address<>("persistence.admin.list");
  public static final Address<ChangeAccount, Changed> CHANGE_ACCOUNT = new Address<>("persistence.admin.change");
  public static final Address<CreateAccount, Account> CREATE_ACCOUNT = new Address<>("persistence.admin.create");
}
