package io.fastroom.persistence;

import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.persistence.AccountApi.DeleteAccount;
import io.fastroom.persistence.AccountApi.PurgeAccount;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** The end of an account: dead and its name free at once, gone from its rooms when {@link AccountPurge} is done. */
final class DeletionStore {
  /** What may be done while somebody waits for it; the rest is housekeeping. */
  private static final long PURGE_NANOS = 2_000_000_000L;

  private static final String HAS_PASSWORD = "SELECT FROM users WHERE id = $1 AND password_hash <> ''";
  private static final String DELETE = """
      WITH noted AS (INSERT INTO user_purges (user_id, name) SELECT id, username FROM users WHERE id = $1),
        keys AS (DELETE FROM api_keys WHERE user_id = $1),
        identities AS (DELETE FROM external_identities WHERE user_id = $1),
        letters AS (DELETE FROM letters WHERE user_id = $1), links AS (DELETE FROM mail_links WHERE user_id = $1)
      UPDATE users SET username = $2, email = NULL, email_key = NULL, email_verified = false, new_email = NULL,
        new_email_key = NULL, full_name = NULL, password_hash = '',
        role = 'user', disabled = true
      WHERE id = $1""";

  private final Database database;
  private final AccountPurge purge;

  DeletionStore(Database database, AccountPurge purge) {
    this.database = database;
    this.purge = purge;
  }

  Future<List<BlockedToken>> delete(DeleteAccount q) {
    return database.transaction(connection -> AdminStore.about(connection, q.actorId(), q.userId(), (same, about) -> {
      RoomChanges.check(Permissions.withdraw(about.target(), about.others()));
      Target target = new Target("user", q.userId(), about.target().user().username());
      long actorId = q.actorId() == null ? q.userId() : q.actorId();
      return allowed(connection, q)
          .compose(may -> AuditStore.record(connection,
              AuditEntry.by(actorId, q.address(), "account_deleted", target, null)))
          .compose(kept -> end(connection, q.userId()));
    }));
  }

  private static Future<Void> allowed(SqlConnection connection, DeleteAccount q) {
    return q.withPassword() ? Future.succeededFuture()
        : connection.preparedQuery(HAS_PASSWORD).execute(Tuple.of(q.userId())).map(rows -> {
          RoomChanges.check(rows.size() > 0 ? Problem.WRONG_PASSWORD : null);
          return null;
        });
  }

  /** The logins first: who exchanges a token has its family and waits for the account. */
  private static Future<List<BlockedToken>> end(SqlConnection connection, long userId) {
    return Logins.endAll(connection, userId).compose(ended -> connection.preparedQuery(DELETE)
        .execute(Tuple.of(userId, AccountPurge.nameOf(userId))).map(ended));
  }

  Future<Void> purge(PurgeAccount q) {
    return purge(q.userId(), System.nanoTime() + PURGE_NANOS);
  }

  private Future<Void> purge(long userId, long until) {
    return purge.some(userId).compose(more -> more && System.nanoTime() < until ? purge(userId, until)
        : Future.succeededFuture());
  }
}
