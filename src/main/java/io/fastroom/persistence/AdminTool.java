package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Account;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Letter.Kind;
import io.fastroom.model.Problem;
import io.fastroom.model.Role;
import io.fastroom.settings.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;

/**
 * What somebody with access to the database may do with accounts without a node. Running nodes notice within a second.
 *
 * <p>Thread: any.
 */
public final class AdminTool {
  private static final String ADMINS =
      "SELECT u.username FROM users u WHERE u.role = 'admin' AND NOT u.disabled ORDER BY u.username";
  private static final String FIND = "SELECT id FROM users WHERE username = $1";
  private static final String PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1 AND NOT is_bot";

  private final Database database;

  public AdminTool(Vertx vertx, String url) {
    this.database = new Database(vertx, DatabaseUrl.parse(url).writable(), 1, "database");
  }

  /** Usernames of the administrators. */
  public Future<List<String>> list() {
    return database.query(ADMINS, Tuple.tuple()).map(rows -> Rows.list(rows, row -> row.getString(0)));
  }

  /** Fails with Refused(USER_NOT_FOUND), or LAST_ADMIN. */
  public Future<Account> setRole(String username, Role role) {
    return database.transaction(connection -> find(connection, username)
        .compose(id -> AdminStore.about(connection, null, id,
            (same, about) -> AdminStore.change(same, about, null, role))
            .compose(changed -> audit(connection, "role_" + role.text(), id).map(changed)))
        .map(changed -> changed.account()));
  }

  /** Ends all logins. Fails with Refused(USER_NOT_FOUND), also for a bot. @return how many access tokens are dead */
  public Future<Integer> resetPassword(String username, String passwordHash) {
    return database.transaction(connection -> find(connection, username).compose(id -> connection
        .preparedQuery(PASSWORD).execute(Tuple.of(id, passwordHash))
        .compose(changed -> {
          RoomChanges.check(changed.rowCount() == 0 ? Problem.USER_NOT_FOUND : null);
          LinkStore.forget(connection, id, Kind.RESET);
          return audit(connection, "password_reset", id).compose(kept -> Logins.endAll(connection, id));
        }))).map(List::size);
  }

  private static Future<Void> audit(SqlConnection connection, String action, long userId) {
    return AuditStore.record(connection, AuditEntry.of(null, action, new Target("user", userId, null), null,
        Map.of("by", "scripts/admin")));
  }

  private static Future<Long> find(SqlConnection connection, String username) {
    return connection.preparedQuery(FIND).execute(Tuple.of(username)).map(rows -> {
      if (rows.size() == 0) {
        throw new Refused(Problem.USER_NOT_FOUND);
      }
      return Rows.first(rows).getLong(0);
    });
  }
}
