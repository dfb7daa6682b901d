package io.fastroom.persistence;

import io.fastroom.model.BlockedToken;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.persistence.AccountApi.SeeLogin;
import io.fastroom.persistence.PersistenceApi.EndLogin;
import io.fastroom.persistence.PersistenceApi.FindRefreshToken;
import io.fastroom.persistence.PersistenceApi.RefreshOwner;
import io.fastroom.persistence.PersistenceApi.RefreshToken;
import io.fastroom.persistence.PersistenceApi.RotateRefreshToken;
import io.fastroom.persistence.PersistenceApi.Rotated;
import io.fastroom.persistence.PersistenceApi.Rotation;
import io.fastroom.persistence.PersistenceApi.StartLogin;
import io.fastroom.persistence.PersistenceApi.UseLogin;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collections;
import java.util.List;

/**
 * Tables {@code logins} and {@code refresh_tokens}: a login is a family of tokens, of which one generation is valid at
 * a time. Thread: any.
 */
final class RefreshTokenStore {
  /** Tokens of one generation, each given for one of the generation before: more than there can be open tabs. */
  private static final int MAX_LIVE = 100;

  private static final String INTO =
      "INSERT INTO refresh_tokens (hash, user_id, family, expires_at, access_jti, access_expires_at, generation)\n";
  private static final String STORE = INTO + "VALUES ($1, $2, $3, $4, $5, $6, $7)";
  /**
   * Whoever changes the password, or disables the account, waits for it and ends it, or is waited for, and there is none.
   * The address replaces the one seen longest ago.
   */
  private static final String START = """
      WITH owner AS (
        SELECT id FROM users WHERE id = $2 AND password_hash = $9 AND NOT disabled FOR SHARE
      ), login AS (
        INSERT INTO logins (family, user_id, expires_at) SELECT $3, id, $4 FROM owner
      ), forgotten AS (
        DELETE FROM known_addresses WHERE user_id IN (SELECT id FROM owner) AND address IN (
          SELECT address FROM known_addresses WHERE user_id = $2 AND address <> $8 ORDER BY seen_at DESC OFFSET 19)
      ), known AS (
        INSERT INTO known_addresses AS k (user_id, address) SELECT id, $8::bytea FROM owner WHERE $8::bytea IS NOT NULL
        ON CONFLICT (user_id, address) DO UPDATE SET seen_at = clock_timestamp()
        WHERE k.seen_at < clock_timestamp() - interval '1 hour'
      )
      """ + INTO + "SELECT $1, id, $3, $4, $5, $6, $7 FROM owner";
  private static final String FIND = "SELECT " + Rows.USER + """
      , t.family, coalesce(l.created_at, (SELECT min(created_at) FROM refresh_tokens WHERE family = t.family))
      FROM refresh_tokens t JOIN users u ON u.id = t.user_id LEFT JOIN logins l ON l.family = t.family
      WHERE t.hash = $1""";
  /** One transaction at a time for the whole family: a token added while the family is being revoked would survive. */
  private static final String LOCK_FAMILY =
      "SELECT pg_advisory_xact_lock(hashtextextended(family, 0)) FROM refresh_tokens WHERE hash = $1";
  /**
   * now() is the start of the transaction; minus the time that the question had waited before, it is when the token was
   * presented, independently of the node's clock.
   */
  private static final String STATE = "SELECT " + Rows.USER + """
      , t.family, t.generation, t.revoked, t.rotated_at IS NOT NULL, t.expires_at <= {now},
      (SELECT count(*) FROM refresh_tokens WHERE family = t.family AND NOT revoked), l.generation,
      l.rotated_at >= p.presented - interval '60 seconds' AND (l.used_at IS NULL OR l.used_at >= p.presented),
      t.rotated_at >= p.presented - interval '60 seconds'
      FROM (SELECT now() - $2 * interval '1 millisecond' AS presented) p, refresh_tokens t
      JOIN users u ON u.id = t.user_id LEFT JOIN logins l ON l.family = t.family
      WHERE t.hash = $1""".replace("{now}", BothClocks.sql("$3"));
  private static final String RETIRE = """
      UPDATE refresh_tokens SET revoked = true, rotated_at = clock_timestamp(), generation = coalesce(generation, $2)
      WHERE family = $1 AND NOT revoked""";
  private static final String NEXT_GENERATION = """
      INSERT INTO logins AS l (family, user_id, created_at, expires_at, generation, rotated_at)
      SELECT $1, $2, (SELECT min(created_at) FROM refresh_tokens WHERE family = $1), $3, $4, clock_timestamp()
      ON CONFLICT (family) DO UPDATE SET generation = $4, rotated_at = clock_timestamp(), used_at = NULL,
        expires_at = greatest(l.expires_at, $3)""";
  private static final String USE = """
      UPDATE logins l SET used_at = clock_timestamp() FROM refresh_tokens t
      WHERE t.access_jti = $1 AND l.family = t.family AND t.generation = l.generation AND l.used_at IS NULL""";
  /** A login that somebody else is writing to just now is seen the next time. */
  private static final String SEE = """
      WITH due AS (
        SELECT l.family FROM logins l
        WHERE l.family IN (SELECT t.family FROM refresh_tokens t WHERE t.access_jti = ANY ($1))
          AND greatest(l.created_at, l.rotated_at, l.used_at, l.seen_at) < clock_timestamp() - interval '1 minute'
        FOR NO KEY UPDATE SKIP LOCKED
      )
      UPDATE logins l SET seen_at = clock_timestamp() FROM due WHERE l.family = due.family""";
  /** Uses that are noted in one statement. */
  private static final int GROUP = 500;
  private static final String FAMILIES_OF =
      "SELECT DISTINCT family FROM refresh_tokens WHERE hash = $1 OR access_jti = $2";
  private static final String LOCK_FAMILIES = "SELECT pg_advisory_xact_lock(hashtextextended(f.family, 0)) FROM ("
      + FAMILIES_OF + " ORDER BY family) f";
  private static final String REVOKE =
      "UPDATE refresh_tokens SET revoked = true WHERE family = ANY ($1) AND NOT revoked";
  private static final String BLOCK = """
      WITH live AS (
        SELECT access_jti AS jti, access_expires_at AS expires_at FROM refresh_tokens
        WHERE family = ANY ($1) AND access_expires_at > {now}
        UNION SELECT $2::text, $3::timestamptz WHERE $2::text IS NOT NULL
      ), blocked AS (
        INSERT INTO blocked_tokens (jti, expires_at) SELECT jti, max(expires_at) FROM live GROUP BY jti
        ON CONFLICT (jti) DO NOTHING
      )
      SELECT jti, max(expires_at) FROM live GROUP BY jti""".replace("{now}", BothClocks.sql("$4"));

  private final Database database;
  private final Gathering<SeeLogin, Void> seen = new Gathering<>(GROUP, this::see);

  RefreshTokenStore(Database database) {
    this.database = database;
  }

  Future<Void> start(StartLogin q) {
    Tuple values = values(q.token(), q.token().userId(), q.token().family(), 0);
    values.addBuffer(q.address() == null ? null : Buffer.buffer(q.address())).addString(q.passwordHash());
    return database.query(START, values).map(started -> {
      RoomChanges.check(started.rowCount() == 0 ? Problem.WRONG_PASSWORD : null);
      return null;
    });
  }

  private static Tuple values(RefreshToken q, long userId, String family, int generation) {
    return Tuple.of(Buffer.buffer(q.hash()), userId, family, Rows.time(q.expiresAt()), q.accessJti(),
        Rows.time(q.accessExpiresAt()), generation);
  }

  Future<RefreshOwner> find(FindRefreshToken q) {
    return database.query(FIND, Tuple.of(Buffer.buffer(q.hash()))).map(rows -> {
      Row row = Rows.first(rows);
      return row == null ? new RefreshOwner(null, null, null)
          : new RefreshOwner(Rows.user(row, 0), row.getString(5), Rows.instant(row, 6));
    });
  }

  Future<Void> use(UseLogin q) {
    return database.query(USE, Tuple.of(q.accessJti())).mapEmpty();
  }

  Future<Void> see(SeeLogin q) {
    return seen.ask(q);
  }

  private Future<List<Void>> see(List<SeeLogin> asked) {
    String[] tokens = asked.stream().map(SeeLogin::accessJti).toArray(String[]::new);
    return database.query(SEE, Tuple.tuple().addArrayOfString(tokens))
        .map(rows -> Collections.<Void>nCopies(asked.size(), null));
  }

  Future<List<BlockedToken>> end(EndLogin q) {
    String jti = q.bearer() == null ? null : q.bearer().jti();
    Tuple tokens = Tuple.of(Buffer.buffer(q.hash()), jti);
    return database.transaction(connection -> {
      connection.preparedQuery(LOCK_FAMILIES).execute(tokens);
      return connection.preparedQuery(FAMILIES_OF).execute(tokens)
          .compose(rows -> revoke(connection, Rows.list(rows, row -> row.getString(0)), q.bearer()));
    });
  }

  /** Their access tokens. The families must be locked. */
  static Future<List<BlockedToken>> revoke(SqlConnection connection, List<String> families, BlockedToken also) {
    String[] names = families.toArray(String[]::new);
    connection.preparedQuery(REVOKE).execute(Tuple.tuple().addArrayOfString(names));
    return connection.preparedQuery(BLOCK).execute(Tuple.tuple().addArrayOfString(names)
            .addString(also == null ? null : also.jti())
            .addOffsetDateTime(also == null ? null : Rows.time(also.expiresAt())).addOffsetDateTime(BothClocks.node()))
        .map(RefreshTokenStore::blocked);
  }

  private static List<BlockedToken> blocked(RowSet<Row> rows) {
    return List.copyOf(Rows.list(rows, row -> new BlockedToken(row.getString(0), Rows.instant(row, 1))));
  }

  Future<Rotated> rotate(RotateRefreshToken q) {
    Tuple hash = Tuple.of(Buffer.buffer(q.oldHash()));
    long asked = System.nanoTime();
    return database.transaction(connection -> {
      long waited = q.waitedMillis() + (System.nanoTime() - asked) / 1_000_000;
      connection.preparedQuery(LOCK_FAMILY).execute(hash);
      return connection.preparedQuery(STATE)
          .execute(Tuple.of(Buffer.buffer(q.oldHash()), (double) waited, BothClocks.node()))
          .compose(rows -> new Decision(connection, q).about(Rows.first(rows)));
    });
  }

  /** What happens to a token that is presented, with its family locked. */
  private record Decision(SqlConnection connection, RotateRefreshToken q) {
    Future<Rotated> about(Row row) {
      boolean dead = row == null || row.getBoolean(9) || row.getLong(10) == 0 || row.getLong(10) >= MAX_LIVE;
      if (dead) {
        return answer(Rotation.DEAD, null);
      }
      User user = Rows.user(row, 0);
      if (user.disabled()) {
        return answer(Rotation.USER_DISABLED, user);
      }
      String family = row.getString(5);
      int present = row.getInteger(11) == null ? 0 : row.getInteger(11);
      boolean rotated = row.getBoolean(8);
      if (!rotated) {
        return row.getBoolean(7) ? answer(Rotation.DEAD, user) : rotate(user, family, present);
      }
      Integer generation = row.getInteger(6);
      boolean elsewhere = generation == null || row.getInteger(11) == null || generation == present;
      if (elsewhere && row.getBoolean(13)) {
        // Written by a node of the previous release, which does not know generations.
        return answer(Rotation.DEAD, user);
      }
      boolean forgiven = !elsewhere && generation == present - 1 && row.getBoolean(12);
      return forgiven ? store(user, family, present) : theft(user, family);
    }

    private Future<Rotated> rotate(User user, String family, int present) {
      connection.preparedQuery(RETIRE).execute(Tuple.of(family, present));
      connection.preparedQuery(NEXT_GENERATION)
          .execute(Tuple.of(family, user.id(), Rows.time(q.next().expiresAt()), present + 1));
      return store(user, family, present + 1);
    }

    private Future<Rotated> store(User user, String family, int generation) {
      return connection.preparedQuery(STORE).execute(values(q.next(), user.id(), family, generation))
          .map(new Rotated(Rotation.ROTATED, user, List.of()));
    }

    private Future<Rotated> theft(User user, String family) {
      return revoke(connection, List.of(family), null).map(blocked -> new Rotated(Rotation.REUSED, user, blocked));
    }

    private static Future<Rotated> answer(Rotation outcome, User user) {
      return Future.succeededFuture(new Rotated(outcome, user, List.of()));
    }
  }
}
