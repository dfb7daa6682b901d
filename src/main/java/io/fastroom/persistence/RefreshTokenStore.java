package io.fastroom.persistence;

import io.fastroom.model.BlockedToken;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.FindRefreshToken;
import io.fastroom.persistence.PersistenceApi.RefreshOwner;
import io.fastroom.persistence.PersistenceApi.RefreshToken;
import io.fastroom.persistence.PersistenceApi.RevokeRefreshToken;
import io.fastroom.persistence.PersistenceApi.RotateRefreshToken;
import io.fastroom.persistence.PersistenceApi.Rotated;
import io.fastroom.persistence.PersistenceApi.Rotation;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** Table {@code refresh_tokens}: families of tokens that replace one another. Thread: any. */
final class RefreshTokenStore {
  private static final String STORE = """
      INSERT INTO refresh_tokens (hash, user_id, family, expires_at, access_jti, access_expires_at)
      VALUES ($1, $2, $3, $4, $5, $6)""";
  private static final String FIND = "SELECT " + Rows.USER + """
      , t.family FROM refresh_tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = $1""";
  /** One at a time for the whole family: a token put in while the family is being revoked would survive it. */
  private static final String LOCK_FAMILY =
      "SELECT pg_advisory_xact_lock(hashtextextended(family, 0)) FROM refresh_tokens WHERE hash = $1";
  private static final String STATE = "SELECT " + Rows.USER + """
      , t.family, t.revoked, t.rotated_at IS NOT NULL, t.rotated_at < clock_timestamp() - interval '10 seconds',
      t.expires_at <= clock_timestamp()
      FROM refresh_tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = $1""";
  private static final String ROTATED =
      "UPDATE refresh_tokens SET revoked = true, rotated_at = clock_timestamp() WHERE hash = $1";
  private static final String REVOKE_FAMILY = "UPDATE refresh_tokens SET revoked = true WHERE family = $1 AND NOT revoked";
  private static final String REVOKE = """
      UPDATE refresh_tokens SET revoked = true
      WHERE family = (SELECT family FROM refresh_tokens WHERE hash = $1) AND NOT revoked""";
  private static final String BLOCK_FAMILY = """
      WITH live AS (
        SELECT access_jti, access_expires_at FROM refresh_tokens WHERE family = $1 AND access_expires_at > clock_timestamp()
      ), blocked AS (
        INSERT INTO blocked_tokens (jti, expires_at) SELECT access_jti, access_expires_at FROM live
        ON CONFLICT (jti) DO NOTHING
      )
      SELECT access_jti, access_expires_at FROM live""";

  private final Database database;

  RefreshTokenStore(Database database) {
    this.database = database;
  }

  Future<Void> store(RefreshToken q) {
    return database.query(STORE, values(q, q.userId(), q.family())).mapEmpty();
  }

  private static Tuple values(RefreshToken q, long userId, String family) {
    return Tuple.of(Buffer.buffer(q.hash()), userId, family, Rows.time(q.expiresAt()), q.accessJti(),
        Rows.time(q.accessExpiresAt()));
  }

  Future<RefreshOwner> find(FindRefreshToken q) {
    return database.query(FIND, Tuple.of(Buffer.buffer(q.hash()))).map(rows -> {
      Row row = Rows.first(rows);
      return row == null ? new RefreshOwner(null, null) : new RefreshOwner(Rows.user(row, 0), row.getString(5));
    });
  }

  Future<Void> revoke(RevokeRefreshToken q) {
    Tuple hash = Tuple.of(Buffer.buffer(q.hash()));
    return database.transaction(connection -> {
      connection.preparedQuery(LOCK_FAMILY).execute(hash);
      return connection.preparedQuery(REVOKE).execute(hash);
    }).mapEmpty();
  }

  Future<Rotated> rotate(RotateRefreshToken q) {
    Tuple hash = Tuple.of(Buffer.buffer(q.oldHash()));
    return database.transaction(connection -> {
      connection.preparedQuery(LOCK_FAMILY).execute(hash);
      return connection.preparedQuery(STATE).execute(hash).compose(rows -> decide(connection, q, Rows.first(rows)));
    });
  }

  private Future<Rotated> decide(SqlConnection connection, RotateRefreshToken q, Row row) {
    boolean expired = row == null || row.getBoolean(9);
    if (expired) {
      return answer(Rotation.DEAD, null);
    }
    User user = Rows.user(row, 0);
    String family = row.getString(5);
    boolean rotated = row.getBoolean(7);
    if (rotated) {
      return row.getBoolean(8) ? theft(connection, user, family) : answer(Rotation.DEAD, user);
    }
    if (row.getBoolean(6)) {
      return answer(Rotation.DEAD, user);
    }
    if (user.disabled()) {
      return answer(Rotation.USER_DISABLED, user);
    }
    connection.preparedQuery(ROTATED).execute(Tuple.of(Buffer.buffer(q.oldHash())));
    return connection.preparedQuery(STORE).execute(values(q.next(), user.id(), family))
        .map(new Rotated(Rotation.ROTATED, user, List.of()));
  }

  private Future<Rotated> theft(SqlConnection connection, User user, String family) {
    connection.preparedQuery(REVOKE_FAMILY).execute(Tuple.of(family));
    return connection.preparedQuery(BLOCK_FAMILY).execute(Tuple.of(family))
        .map(rows -> Rows.list(rows, row -> new BlockedToken(row.getString(0), Rows.instant(row, 1))))
        .map(blocked -> new Rotated(Rotation.REUSED, user, List.copyOf(blocked)));
  }

  private static Future<Rotated> answer(Rotation outcome, User user) {
    return Future.succeededFuture(new Rotated(outcome, user, List.of()));
  }
}
