package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.Credentials;
import io.fastroom.persistence.PersistenceApi.FindCredentials;
import io.fastroom.persistence.PersistenceApi.FindUser;
import io.fastroom.persistence.PersistenceApi.GetUser;
import io.fastroom.persistence.PersistenceApi.RegisterUser;
import io.fastroom.persistence.PersistenceApi.RehashPassword;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Table {@code users}. Thread: any. */
final class UserStore {
  private static final String REGISTER = """
      INSERT INTO users AS u (username, full_name, password_hash, {columns}) VALUES ($1, $3, $4, {values})
      RETURNING\s""" + Rows.USER;
  private static final String CREDENTIALS = "SELECT " + Rows.USER + """
      , NULLIF(u.password_hash, ''), EXISTS (SELECT FROM known_addresses k
        WHERE k.user_id = u.id AND k.address = $2 AND k.seen_at > clock_timestamp() - interval '30 days')
      FROM users u WHERE u.username = $1""";
  private static final String REHASH = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
  private static final String FIND = "SELECT " + Rows.USER + " FROM users u WHERE u.username = $1";
  private static final String GET = "SELECT " + Rows.USER + " FROM users u WHERE u.id = $1";

  private final Database database;
  private final Emails emails;

  UserStore(Database database, Emails emails) {
    this.database = database;
    this.emails = emails;
  }

  Future<User> register(RegisterUser q) {
    return database.transaction(connection -> register(connection, emails, q));
  }

  /** The same within a transaction. */
  static Future<User> register(SqlConnection connection, Emails emails, RegisterUser q) {
    String sql = REGISTER.replace("{columns}", emails.columns()).replace("{values}", emails.values("$2", "$5"));
    return emails.check(connection, q.email(), null)
        .compose(free -> connection.preparedQuery(sql).execute(values(q))).map(UserStore::made);
  }

  private static Tuple values(RegisterUser q) {
    return Tuple.of(q.username(), q.email(), q.fullName(), q.passwordHash(), EmailKey.of(q.email()));
  }

  private static User made(RowSet<Row> rows) {
    return Rows.user(Rows.first(rows), 0);
  }

  Future<Credentials> credentials(FindCredentials q) {
    return database.query(CREDENTIALS, Tuple.of(q.username(), Buffer.buffer(q.address()))).map(rows -> {
      Row row = Rows.first(rows);
      return row == null ? new Credentials(null, null, false)
          : new Credentials(Rows.user(row, 0), row.getString(5), row.getBoolean(6));
    });
  }

  Future<Void> rehash(RehashPassword q) {
    return database.query(REHASH, Tuple.of(q.userId(), q.oldHash(), q.newHash())).mapEmpty();
  }

  Future<User> find(FindUser q) {
    return database.query(FIND, Tuple.of(q.username())).map(UserStore::one);
  }

  Future<User> get(GetUser q) {
    return database.query(GET, Tuple.of(q.userId())).map(UserStore::one);
  }

  private static User one(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw new Refused(Problem.USER_NOT_FOUND);
    }
    return Rows.user(Rows.first(rows), 0);
  }
}
