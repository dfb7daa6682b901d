package io.fastroom.persistence;

import io.fastroom.model.BlockedToken;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Ends logins of an account within a transaction. Stateless. */
final class Logins {
  /** The logins of user $1 that have anything left to end. */
  private static final String LIVE = """
      SELECT DISTINCT t.family FROM refresh_tokens t
      WHERE t.user_id = $1 AND (NOT t.revoked OR t.access_expires_at > {now})"""
      .replace("{now}", BothClocks.sql("$2"));
  private static final String OTHERS =
      LIVE + " AND t.family NOT IN (SELECT c.family FROM refresh_tokens c WHERE c.access_jti = $3)";
  private static final String ONE = LIVE + " AND t.family = (SELECT l.family FROM logins l WHERE l.id = $3)";
  private static final String NAMED = LIVE + " AND t.family = ANY ($3)";

  private Logins() { }

  static Future<List<BlockedToken>> endAll(SqlConnection connection, long userId) {
    return end(connection, LIVE, by(userId));
  }

  static Future<List<BlockedToken>> endOthers(SqlConnection connection, long userId, String jti) {
    return end(connection, OTHERS, by(userId).addString(jti));
  }

  static Future<List<BlockedToken>> endOne(SqlConnection connection, long userId, long loginId) {
    return end(connection, ONE, by(userId).addLong(loginId));
  }

  static Future<List<BlockedToken>> end(SqlConnection connection, long userId, List<String> families) {
    return end(connection, NAMED, by(userId).addArrayOfString(families.toArray(String[]::new)));
  }

  private static Tuple by(long userId) {
    return Tuple.tuple().addLong(userId).addOffsetDateTime(BothClocks.node());
  }

  /** A family is locked before it is read: a token added while it is being ended would survive. */
  private static Future<List<BlockedToken>> end(SqlConnection connection, String which, Tuple values) {
    connection.preparedQuery("SELECT pg_advisory_xact_lock(hashtextextended(f.family, 0)) FROM (" + which
        + " ORDER BY family) f").execute(values);
    return connection.preparedQuery(which).execute(values).compose(rows ->
        RefreshTokenStore.revoke(connection, Rows.list(rows, row -> row.getString(0)), null));
  }
}
