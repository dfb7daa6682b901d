package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Letter.Kind;
import io.fastroom.model.Problem;
import io.fastroom.persistence.MailApi.FindReset;
import io.fastroom.persistence.MailApi.Reset;
import io.fastroom.persistence.MailApi.ResetPassword;
import io.fastroom.persistence.MailApi.VerifyEmail;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;

/**
 * What the links in letters do, each once, and only for the address that they were sent to: that of before a change
 * leads nowhere. Thread: any.
 */
final class LinkStore {
  private static final String GOOD_RESET = """
      l.hash = $1 AND l.kind = 'reset' AND l.expires_at > clock_timestamp() AND u.id = l.user_id
        AND u.email = l.email AND NOT u.disabled
      """;
  private static final String FIND_RESET = "SELECT u.username FROM mail_links l, users u WHERE " + GOOD_RESET;
  private static final String RESET = """
      WITH used AS (DELETE FROM mail_links l USING users u WHERE\s""" + GOOD_RESET + """
      RETURNING l.user_id)
      UPDATE users u SET password_hash = $2 FROM used WHERE u.id = used.user_id RETURNING u.id, u.username""";
  private static final String VERIFY = """
      DELETE FROM mail_links l USING users u
      WHERE l.hash = $1 AND l.kind = 'verify' AND l.expires_at > clock_timestamp() AND u.id = l.user_id
        AND l.email = COALESCE(u.new_email, u.email) AND NOT u.disabled
      RETURNING u.id, u.username, l.email, CASE WHEN u.email_verified THEN u.email END""";
  /** Of those who prove one and the same address at the same time, one is first. */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('email:' || $1, 0))";
  private static final String OWNER = "SELECT FROM users WHERE email_key = $1 AND email_verified AND id <> $2";
  /** Somebody who has it from a time when no mail was sent goes on waiting for a proof of their own. */
  private static final String YIELD = """
      UPDATE users SET email_key = NULL, new_email = email, new_email_key = email_key
      WHERE email_key = $1 AND id <> $2""";
  private static final String OWN = """
      UPDATE users SET email = $3, email_key = $1, email_verified = true, new_email = NULL, new_email_key = NULL
      WHERE id = $2""";
  private static final String FORGET = "DELETE FROM mail_links WHERE user_id = $1 AND kind = $2";

  private final Database database;

  LinkStore(Database database) {
    this.database = database;
  }

  /** Within a transaction: those that were sent to an account lead nowhere any more. */
  static Future<Void> forget(SqlConnection connection, long userId, Kind kind) {
    return connection.preparedQuery(FORGET).execute(Tuple.of(userId, kind.text())).mapEmpty();
  }

  private static Row one(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw new Refused(Problem.LINK_EXPIRED);
    }
    return Rows.first(rows);
  }

  Future<String> findReset(FindReset q) {
    return database.query(FIND_RESET, Tuple.of(Buffer.buffer(q.hash()))).map(rows -> one(rows).getString(0));
  }

  Future<Reset> reset(ResetPassword q) {
    return database.transaction(connection -> connection.preparedQuery(RESET)
        .execute(Tuple.of(Buffer.buffer(q.hash()), q.passwordHash()))
        .compose(rows -> reset(connection, one(rows).getLong(0), one(rows).getString(1), q.details())));
  }

  private static Future<Reset> reset(SqlConnection connection, long userId, String username,
                                     Map<String, String> details) {
    forget(connection, userId, Kind.RESET);
    LetterStore.ask(connection, Kind.PASSWORD_CHANGED, userId, null);
    audit(connection, "password_reset", userId, username, details);
    return Logins.endAll(connection, userId).map(ended -> new Reset(userId, username, ended));
  }

  Future<String> verify(VerifyEmail q) {
    return database.transaction(connection -> connection.preparedQuery(VERIFY)
        .execute(Tuple.of(Buffer.buffer(q.hash())))
        .compose(rows -> own(connection, one(rows), q.details())))
        .recover(failure -> Future.failedFuture(Refused.of(failure).problem() == Problem.EMAIL_TAKEN
            ? new Refused(Problem.LINK_EXPIRED) : failure));
  }

  private static Future<String> own(SqlConnection connection, Row link, Map<String, String> details) {
    long userId = link.getLong(0);
    String username = link.getString(1);
    String email = link.getString(2);
    String before = link.getString(3);
    String key = EmailKey.of(email);
    connection.preparedQuery(LOCK).execute(Tuple.of(key));
    return connection.preparedQuery(OWNER).execute(Tuple.of(key, userId)).compose(owner -> {
      RoomChanges.check(owner.size() > 0 ? Problem.EMAIL_TAKEN : null);
      connection.preparedQuery(YIELD).execute(Tuple.of(key, userId));
      if (before != null) {
        LetterStore.ask(connection, Kind.EMAIL_CHANGED, userId, before);
      }
      forget(connection, userId, Kind.VERIFY);
      audit(connection, "email_verified", userId, username, details);
      return connection.preparedQuery(OWN).execute(Tuple.of(key, userId, email)).map(username);
    });
  }

  /** Who follows a link is not signed in; that it is the account's owner is what the link is for. */
  private static Future<Void> audit(SqlConnection connection, String action, long userId, String username,
                                    Map<String, String> details) {
    return AuditStore.record(connection, AuditEntry.of(null, action, new Target("user", userId, username), null,
        details));
  }
}
