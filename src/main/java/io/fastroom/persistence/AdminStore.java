package io.fastroom.persistence;

import io.fastroom.model.Account;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Permissions;
import io.fastroom.model.Role;
import io.fastroom.persistence.AccountApi.AccountPage;
import io.fastroom.persistence.AccountApi.ChangeAccount;
import io.fastroom.persistence.AccountApi.Changed;
import io.fastroom.persistence.AccountApi.CreateAccount;
import io.fastroom.persistence.AccountApi.ListAccounts;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.BiFunction;

/** What administrators do with accounts, one at a time. Thread: any. */
final class AdminStore {
  private static final String GET = "SELECT " + AccountStore.ACCOUNT + " FROM users u WHERE u.id = $1";
  private static final String FIND = GET + " AND NOT EXISTS (SELECT FROM user_purges p WHERE p.user_id = u.id)";
  private static final String LIST = "SELECT " + AccountStore.ACCOUNT + """
       FROM users u
      WHERE u.id NOT IN (SELECT p.user_id FROM user_purges p)
        AND ($1::text IS NULL OR u.username > $1) AND ($2::boolean IS NULL OR u.disabled = $2)
        AND ($3::text IS NULL OR u.role = $3)
        AND ($4::text IS NULL OR {username} OR {email} OR {full_name})
      ORDER BY u.username LIMIT $5""".replace("{username}", Holding.sql("u.username", "$4"))
      .replace("{email}", Holding.sql("u.email", "$4")).replace("{full_name}", Holding.sql("u.full_name", "$4"));
  private static final String CREATE = """
      INSERT INTO users AS u (username, full_name, password_hash, role, is_bot, {columns})
      VALUES ($1, $3, $4, $5, $6, {values})
      RETURNING\s""" + AccountStore.ACCOUNT;
  /** Locks the administrators until the commit, so that no two transactions can each remove the last other one. */
  private static final String ADMINS = "SELECT " + AccountStore.ACCOUNT
      + " FROM users u WHERE u.role = 'admin' AND NOT u.disabled ORDER BY u.id FOR NO KEY UPDATE";
  /** A statement of its own: the next one sees what whoever had it before has left. */
  private static final String LOCK = "SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE";
  private static final String CHANGE = """
      UPDATE users u SET disabled = COALESCE($2, u.disabled), role = COALESCE($3, u.role) WHERE u.id = $1
      RETURNING\s""" + AccountStore.ACCOUNT;

  private final Database database;
  private final Emails emails;

  AdminStore(Database database, Emails emails) {
    this.database = database;
    this.emails = emails;
  }

  /** What a decision about one account is based on, with the account and the administrators locked. */
  record About(Account target, List<Account> admins) {
    /** The other administrators. */
    List<Account> others() {
      return admins.stream().filter(admin -> admin.user().id() != target.user().id()).toList();
    }
  }

  /** @param actorId null for somebody with access to the database itself */
  static <T> Future<T> about(SqlConnection connection, Long actorId, long userId,
                             BiFunction<SqlConnection, About, Future<T>> use) {
    Future<RowSet<Row>> admins = connection.preparedQuery(ADMINS).execute();
    connection.preparedQuery(LOCK).execute(Tuple.of(userId));
    Future<RowSet<Row>> target = connection.preparedQuery(FIND).execute(Tuple.of(userId));
    return Future.all(admins, target).compose(both -> {
      List<Account> all = Rows.list(admins.result(), AccountStore::account);
      if (actorId != null) {
        RoomChanges.check(Permissions.administer(all.stream().filter(each -> each.user().id() == actorId).findAny()
            .orElse(null)));
      }
      return use.apply(connection, new About(AccountStore.one(target.result()), all));
    });
  }

  static Future<Void> checkAdmin(SqlConnection connection, long actorId) {
    return connection.preparedQuery(GET).execute(Tuple.of(actorId)).map(rows -> {
      RoomChanges.check(Permissions.administer(rows.size() == 0 ? null : AccountStore.one(rows)));
      return null;
    });
  }

  Future<AccountPage> list(ListAccounts q) {
    Tuple values = Tuple.of(q.after(), q.disabled(), q.role() == null ? null : q.role().text(), Holding.pattern(q.words()),
        q.limit() + 1);
    return database.within(Database.QUESTION_MILLIS, connection -> checkAdmin(connection, q.actorId())
            .compose(allowed -> connection.preparedQuery(LIST).execute(values)))
        .map(rows -> {
          List<Account> items = Rows.list(rows, row -> emails.seen(AccountStore.account(row)));
          boolean more = items.size() > q.limit();
          return new AccountPage(List.copyOf(more ? items.subList(0, q.limit()) : items), more);
        });
  }

  Future<Changed> change(ChangeAccount q) {
    return database.transaction(connection -> about(connection, q.actorId(), q.userId(),
        (same, about) -> change(same, about, q.disabled(), q.role())
            .compose(changed -> AuditStore.record(same, AuditEntry
                .by(q.actorId(), q.address(), "account_changed", user(changed.account()), null)
                .with("disabled", q.disabled()).with("role", q.role() == null ? null : q.role().text())).map(changed))))
        .map(changed -> new Changed(emails.seen(changed.account()), changed.ended()));
  }

  static Future<Changed> change(SqlConnection connection, About about, Boolean disabled, Role role) {
    boolean withdraws = Boolean.TRUE.equals(disabled) || role == Role.USER;
    RoomChanges.check(withdraws ? Permissions.withdraw(about.target(), about.others()) : null);
    long userId = about.target().user().id();
    Future<Account> changed = connection.preparedQuery(CHANGE)
        .execute(Tuple.of(userId, disabled, role == null ? null : role.text())).map(AccountStore::one);
    Future<List<BlockedToken>> ended = Boolean.TRUE.equals(disabled) ? Logins.endAll(connection, userId)
        : Future.succeededFuture(List.of());
    return Future.all(changed, ended).map(both -> new Changed(changed.result(), ended.result()));
  }

  Future<Account> create(CreateAccount q) {
    Tuple values = Tuple.of(q.username(), q.email(), q.fullName(), q.passwordHash(), q.role().text())
        .addBoolean(q.bot()).addString(EmailKey.of(q.email()));
    return database.transaction(connection -> checkAdmin(connection, q.actorId())
        .compose(allowed -> emails.check(connection, q.email(), null))
        .compose(free -> connection.preparedQuery(CREATE.replace("{columns}", emails.columns())
            .replace("{values}", emails.values("$2", "$7"))).execute(values))
        .map(AccountStore::one)
        .compose(made -> AuditStore.record(connection, AuditEntry
            .by(q.actorId(), q.address(), "account_made", user(made), null).with("role", made.role().text())).map(made))
        .map(emails::seen));
  }

  private static Target user(Account account) {
    return new Target("user", account.user().id(), account.user().username());
  }
}
