package io.fastroom.persistence;

import io.fastroom.model.Account;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/**
 * Whose an e-mail is. Where mail is sent, whoever proves it first by following a link; until then it waits as
 * {@code new_email} and blocks nobody. Where none is sent, whoever gives it first.
 *
 * <p>Thread: any.
 *
 * @param proven whether mail is sent
 */
record Emails(boolean proven) {
  private static final String OWNER =
      "SELECT FROM users WHERE email_key = $1 AND email_verified AND ($2::bigint IS NULL OR id <> $2)";

  /** The columns of an account that is made with one, and their values: {@code $2} the e-mail, {@code $key} its key. */
  String columns() {
    return proven ? "email, new_email, new_email_key" : "email, email_key";
  }

  String values(String email, String key) {
    return proven ? email + ", " + email + ", " + key : email + ", " + key;
  }

  /** What PATCH sets; {@code $3} is null to keep it and empty to clear it, {@code $4} its key. */
  String change() {
    return proven ? """
        email = CASE WHEN $3::text IS NULL OR $3 <> '' AND u.email_verified THEN u.email ELSE NULLIF($3, '') END,
        email_key = CASE WHEN $3::text IS NULL OR $3 <> '' AND u.email_verified THEN u.email_key END,
        email_verified = u.email_verified AND ($3::text IS NULL OR $3 <> ''),
        new_email = CASE WHEN $3::text IS NULL THEN u.new_email
          WHEN u.email_verified AND $3 = u.email THEN NULL ELSE NULLIF($3, '') END,
        new_email_key = CASE WHEN $3::text IS NULL THEN u.new_email_key
          WHEN u.email_verified AND $3 = u.email THEN NULL ELSE NULLIF($4, '') END""" : """
        email = CASE WHEN $3::text IS NULL THEN u.email ELSE NULLIF($3, '') END,
        email_key = CASE WHEN $3::text IS NULL THEN u.email_key ELSE NULLIF($4, '') END,
        email_verified = u.email_verified AND ($3::text IS NULL OR $3 = u.email),
        new_email = CASE WHEN $3::text IS NULL THEN u.new_email END,
        new_email_key = CASE WHEN $3::text IS NULL THEN u.new_email_key END""";
  }

  /** Refused EMAIL_TAKEN when somebody else has proven that it is theirs. @param userId null for a new account */
  Future<Void> check(SqlConnection connection, String email, Long userId) {
    if (!proven || email == null || email.isEmpty()) {
      return Future.succeededFuture();
    }
    return connection.preparedQuery(OWNER).execute(Tuple.of(EmailKey.of(email), userId)).map(rows -> {
      RoomChanges.check(rows.size() > 0 ? Problem.EMAIL_TAKEN : null);
      return null;
    });
  }

  Account seen(Account account) {
    return proven ? account : new Account(account.user(), account.role(), account.isBot(), account.createdAt(), true,
        null);
  }
}
