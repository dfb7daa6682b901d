package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Account;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Letter.Kind;
import io.fastroom.model.LoginInfo;
import io.fastroom.model.Problem;
import io.fastroom.model.Role;
import io.fastroom.persistence.AccountApi.ChangePassword;
import io.fastroom.persistence.AccountApi.CheckAccount;
import io.fastroom.persistence.AccountApi.EndOtherLogins;
import io.fastroom.persistence.AccountApi.EndOwnLogin;
import io.fastroom.persistence.AccountApi.GetAccount;
import io.fastroom.persistence.AccountApi.ListLogins;
import io.fastroom.persistence.AccountApi.NoteLogin;
import io.fastroom.persistence.AccountApi.UpdateAccount;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** What somebody does with their own account and its logins. Thread: any. */
final class AccountStore {
  static final int MAX_LOGINS = 100;
  static final String ACCOUNT = Rows.USER + ", u.role, u.is_bot, u.created_at, u.email_verified, u.new_email";

  private static final String GET = "SELECT " + ACCOUNT + " FROM users u WHERE u.id = $1";
  private static final String UPDATE = """
      UPDATE users u SET full_name = CASE WHEN $2::text IS NULL THEN u.full_name ELSE NULLIF($2, '') END, {email}
      WHERE u.id = $1 RETURNING\s""" + ACCOUNT;
  private static final String PASSWORD = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
  private static final String CHECK = "SELECT NOT disabled FROM users WHERE id = $1 AND username = $2";
  private static final String LIVE_LOGINS = """
      logins l WHERE l.user_id = $1 AND EXISTS (SELECT FROM refresh_tokens t
        WHERE t.family = l.family AND NOT t.revoked AND t.expires_at > clock_timestamp())
      ORDER BY l.created_at DESC, l.id DESC""";
  private static final String NOTE = """
      WITH noted AS (UPDATE logins SET address = $3, user_agent = $4 WHERE family = $2)
      SELECT l.family FROM\s""" + LIVE_LOGINS + " OFFSET " + MAX_LOGINS;
  private static final String LIST = """
      SELECT l.id, l.created_at, greatest(l.created_at, l.rotated_at, l.used_at, l.seen_at), l.address, l.user_agent,
        COALESCE(l.family = (SELECT c.family FROM refresh_tokens c WHERE c.access_jti = $2 LIMIT 1), false)
      FROM\s""" + LIVE_LOGINS + " LIMIT " + 2 * MAX_LOGINS;

  private static final String IS_LIVE = "SELECT FROM (SELECT l.id FROM " + LIVE_LOGINS + ") x WHERE x.id = $2";

  private final Database database;
  /** For questions that rooms depend on: who may still join. */
  private final Database rooms;
  private final Emails emails;

  AccountStore(Database database, Database rooms, Emails emails) {
    this.database = database;
    this.rooms = rooms;
    this.emails = emails;
  }

  static Account account(Row row) {
    return new Account(Rows.user(row, 0), Role.of(row.getString(5)), row.getBoolean(6), Rows.instant(row, 7),
        row.getBoolean(8), row.getString(9));
  }

  static Account one(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw new Refused(Problem.USER_NOT_FOUND);
    }
    return account(Rows.first(rows));
  }

  Future<Account> get(GetAccount q) {
    return database.query(GET, Tuple.of(q.userId())).map(AccountStore::one).map(emails::seen);
  }

  Future<Account> update(UpdateAccount q) {
    Tuple values = Tuple.of(q.userId(), q.fullName(), q.email(), EmailKey.of(q.email()));
    return database.transaction(connection -> emails.check(connection, q.email(), q.userId())
        .compose(free -> connection.preparedQuery(UPDATE.replace("{email}", emails.change())).execute(values)))
        .map(AccountStore::one).map(emails::seen);
  }

  Future<List<BlockedToken>> changePassword(ChangePassword q) {
    return database.transaction(connection -> connection.preparedQuery(PASSWORD)
        .execute(Tuple.of(q.userId(), q.oldHash(), q.newHash()))
        .compose(changed -> {
          RoomChanges.check(changed.rowCount() == 0 ? Problem.WRONG_PASSWORD : null);
          LinkStore.forget(connection, q.userId(), Kind.RESET);
          if (emails.proven()) {
            LetterStore.ask(connection, Kind.PASSWORD_CHANGED, q.userId(), null);
          }
          return Logins.endOthers(connection, q.userId(), q.jti());
        }));
  }

  Future<Boolean> check(CheckAccount q) {
    return rooms.query(CHECK, Tuple.of(q.userId(), q.username()))
        .map(rows -> rows.size() > 0 && Rows.first(rows).getBoolean(0));
  }

  Future<List<BlockedToken>> note(NoteLogin q) {
    return database.query(NOTE, Tuple.of(q.userId(), q.family(), q.address(), q.userAgent())).compose(rows ->
        rows.size() == 0 ? Future.succeededFuture(List.of()) : database.transaction(connection ->
            Logins.end(connection, q.userId(), Rows.list(rows, row -> row.getString(0)))));
  }

  Future<List<LoginInfo>> logins(ListLogins q) {
    return database.query(LIST, Tuple.of(q.userId(), q.jti())).map(rows -> List.copyOf(Rows.list(rows, row ->
        new LoginInfo(row.getLong(0), Rows.instant(row, 1), Rows.instant(row, 2), row.getString(3), row.getString(4),
            row.getBoolean(5)))));
  }

  Future<List<BlockedToken>> endOne(EndOwnLogin q) {
    return database.transaction(connection -> connection.preparedQuery(IS_LIVE)
        .execute(Tuple.of(q.userId(), q.loginId()))
        .compose(found -> {
          RoomChanges.check(found.size() == 0 ? Problem.SESSION_NOT_FOUND : null);
          return Logins.endOne(connection, q.userId(), q.loginId());
        }));
  }

  Future<List<BlockedToken>> endOthers(EndOtherLogins q) {
    return database.transaction(connection -> Logins.endOthers(connection, q.userId(), q.jti()));
  }
}
