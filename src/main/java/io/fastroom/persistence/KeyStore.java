package io.fastroom.persistence;

import io.fastroom.model.Account;
import io.fastroom.model.ApiKey;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.Scope;
import io.fastroom.persistence.KeyApi.CreateKey;
import io.fastroom.persistence.KeyApi.DeleteKey;
import io.fastroom.persistence.KeyApi.FindKey;
import io.fastroom.persistence.KeyApi.Found;
import io.fastroom.persistence.KeyApi.ListKeys;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Table {@code api_keys}. Thread: any. */
final class KeyStore {
  static final int MAX_KEYS = 50;
  /** Guesses share statements, and there is one at a time. */
  private static final int GROUP = 500;

  private static final String KEY = "k.id, k.name, k.scopes, k.created_at, k.expires_at, k.last_used_at";
  private static final String OWNER = "SELECT " + AccountStore.ACCOUNT + " FROM users u WHERE u.id = $1";
  /** Locked, so that no two transactions can each make the last one. */
  private static final String MAKER = OWNER + " FOR NO KEY UPDATE";
  private static final String COUNT = "SELECT count(*) FROM api_keys WHERE user_id = $1";
  private static final String CREATE = """
      INSERT INTO api_keys AS k (user_id, name, scopes, expires_at, hash) VALUES ($1, $2, $3, $4, $5)
      RETURNING\s""" + KEY;
  private static final String LIST = "SELECT " + KEY + " FROM api_keys k WHERE k.user_id = $1 ORDER BY k.id DESC";
  /** A trigger blocks it. */
  private static final String DELETE = """
      DELETE FROM api_keys WHERE user_id = $1 AND id = $2
      RETURNING id, least(expires_at, clock_timestamp() + interval '7 days')""";
  private static final String FIND = """
      SELECT q.n, k.id, k.user_id, u.username, k.scopes, k.expires_at,
        k.last_used_at IS NULL OR k.last_used_at < clock_timestamp() - interval '1 minute'
      FROM unnest($1::bytea[]) WITH ORDINALITY AS q(hash, n) JOIN api_keys k ON k.hash = q.hash
      JOIN users u ON u.id = k.user_id""";
  private static final String USED = """
      UPDATE api_keys SET last_used_at = clock_timestamp()
      WHERE id = ANY ($1) AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - interval '1 minute')
        AND (expires_at IS NULL OR expires_at > clock_timestamp())""";

  private final Database database;
  /** For questions that sockets depend on. */
  private final Database rooms;
  private final Gathering<FindKey, Found> finds = new Gathering<>(GROUP, this::find);

  KeyStore(Database database, Database rooms) {
    this.database = database;
    this.rooms = rooms;
  }

  Future<ApiKey> create(CreateKey q) {
    Tuple values = Tuple.tuple().addLong(q.userId()).addString(q.name())
        .addArrayOfString(q.scopes().stream().map(Scope::text).toArray(String[]::new))
        .addOffsetDateTime(Rows.time(q.expiresAt())).addBuffer(Buffer.buffer(q.hash()));
    return database.transaction(connection -> owner(connection, MAKER, q.adminId(), q.userId())
        .compose(owner -> {
          RoomChanges.check(Permissions.grant(owner, q.scopes()));
          return connection.preparedQuery(COUNT).execute(Tuple.of(q.userId()));
        })
        .compose(count -> {
          RoomChanges.check(Rows.first(count).getLong(0) >= MAX_KEYS ? Problem.TOO_MANY_KEYS : null);
          return connection.preparedQuery(CREATE).execute(values);
        })
        .map(rows -> key(Rows.first(rows)))
        .compose(made -> audit(connection, AuditEntry.by(q.adminId(), q.address(), "key_made", bot(q.userId()), null)
            .with("key", made.id()).with("scopes", String.join(" ", new TreeSet<>(made.scopes().stream()
                .map(Scope::text).toList())))).map(made)));
  }

  Future<List<ApiKey>> list(ListKeys q) {
    return database.within(Database.QUESTION_MILLIS, connection -> owner(connection, OWNER, q.adminId(), q.userId())
            .compose(owner -> connection.preparedQuery(LIST).execute(Tuple.of(q.userId()))))
        .map(rows -> List.copyOf(Rows.list(rows, KeyStore::key)));
  }

  Future<List<BlockedToken>> delete(DeleteKey q) {
    return database.transaction(connection -> owner(connection, OWNER, q.adminId(), q.userId())
        .compose(owner -> connection.preparedQuery(DELETE).execute(Tuple.of(q.userId(), q.keyId())))
        .compose(rows -> {
          RoomChanges.check(rows.size() == 0 ? Problem.KEY_NOT_FOUND : null);
          return audit(connection, AuditEntry.by(q.adminId(), q.address(), "key_deleted", bot(q.userId()), null)
              .with("key", q.keyId())).map(List.copyOf(Rows.list(rows,
                  row -> new BlockedToken(ApiKey.jti(row.getLong(0)), Rows.instant(row, 1)))));
        }));
  }

  private static Target bot(long userId) {
    return new Target("user", userId, null);
  }

  /** What people do with keys of their own concerns nobody else. */
  private static Future<Void> audit(SqlConnection connection, AuditEntry entry) {
    return entry.actor().id() == 0 ? Future.succeededFuture() : AuditStore.record(connection, entry);
  }

  private static Future<Account> owner(SqlConnection connection, String sql, long adminId, long userId) {
    Future<Void> allowed = adminId == 0 ? Future.succeededFuture() : AdminStore.checkAdmin(connection, adminId);
    return allowed.compose(may -> connection.preparedQuery(sql).execute(Tuple.of(userId))).map(rows -> {
      Account owner = AccountStore.one(rows);
      RoomChanges.check(adminId == 0 ? null : Permissions.keep(owner));
      return owner;
    });
  }

  Future<Found> find(FindKey q) {
    return finds.ask(q).recover(failure -> Future.failedFuture(SqlErrors.translate(failure)));
  }

  private Future<List<Found>> find(List<FindKey> asked) {
    Buffer[] hashes = asked.stream().map(q -> Buffer.buffer(q.hash())).toArray(Buffer[]::new);
    return rooms.raw(Database.QUESTION_MILLIS, connection -> connection.preparedQuery(FIND)
            .execute(Tuple.tuple().addArrayOfBuffer(hashes)))
        .map(rows -> {
          note(rows);
          return inOrder(asked.size(), rows);
        });
  }

  /** Nobody waits for it, and when it fails nobody is kept away: the next use is noted. */
  private void note(RowSet<Row> rows) {
    Long[] due = Rows.list(rows, row -> row.getBoolean(6) ? row.getLong(1) : null).stream().filter(Objects::nonNull)
        .distinct().sorted().toArray(Long[]::new);
    if (due.length > 0) {
      database.query(USED, Tuple.tuple().addArrayOfLong(due));
    }
  }

  private static List<Found> inOrder(int size, RowSet<Row> rows) {
    Found[] found = new Found[size];
    rows.forEach(row -> found[row.getInteger(0) - 1] = new Found(row.getLong(1), row.getLong(2), row.getString(3),
        scopes(row, 4), Rows.instant(row, 5)));
    return Arrays.asList(found);
  }

  private static ApiKey key(Row row) {
    return new ApiKey(row.getLong(0), row.getString(1), scopes(row, 2), Rows.instant(row, 3), Rows.instant(row, 4),
        Rows.instant(row, 5));
  }

  private static Set<Scope> scopes(Row row, int at) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String text : row.getArrayOfStrings(at)) {
      scopes.add(Scope.of(text));
    }
    return Collections.unmodifiableSet(scopes);
  }
}
