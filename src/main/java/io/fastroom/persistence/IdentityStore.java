package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.IdentityApi.Bound;
import io.fastroom.persistence.IdentityApi.FindBound;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tables {@code external_identities} and {@code ended_identities}. Thread: any. */
final class IdentityStore {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.users");

  private static final String FIND = """
      SELECT u.id, u.username, (SELECT e.ended_at FROM ended_identities e
        WHERE e.identity = sha256(convert_to($1::text || ' ' || $2::text, 'UTF8')))
      FROM external_identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2""";
  /** One transaction at a time for one user: two nodes may see somebody new at the same moment. */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text, 0))";
  private static final String IS_ENDED = """
      SELECT FROM ended_identities
      WHERE identity = sha256(convert_to($1::text || ' ' || $2::text, 'UTF8')) AND ended_at >= $3""";
  private static final String MAKE = """
      INSERT INTO users AS u (username, password_hash) VALUES ($1, '') ON CONFLICT (username) DO NOTHING
      RETURNING u.id""";
  private static final String BIND = "INSERT INTO external_identities (issuer, subject, user_id) VALUES ($1, $2, $3)";

  private final Database database;
  /** For questions that sockets depend on. */
  private final Database rooms;

  IdentityStore(Database database, Database rooms) {
    this.database = database;
    this.rooms = rooms;
  }

  Future<Bound> find(FindBound q) {
    return rooms.query(FIND, who(q)).compose(rows -> rows.size() > 0 ? Future.succeededFuture(bound(rows)) : make(q));
  }

  private static Tuple who(FindBound q) {
    return Tuple.of(q.issuer(), q.subject());
  }

  private static Bound bound(RowSet<Row> rows) {
    Row row = Rows.first(rows);
    return new Bound(row.getLong(0), row.getString(1), Rows.instant(row, 2));
  }

  private Future<Bound> make(FindBound q) {
    return database.transaction(connection -> {
      connection.preparedQuery(LOCK).execute(who(q));
      return connection.preparedQuery(FIND).execute(who(q))
          .compose(rows -> rows.size() > 0 ? Future.succeededFuture(bound(rows)) : make(connection, q));
    });
  }

  private static Future<Bound> make(SqlConnection connection, FindBound q) {
    return connection.preparedQuery(IS_ENDED).execute(who(q).addOffsetDateTime(Rows.time(q.issuedAt())))
        .compose(ended -> {
          if (ended.size() > 0) {
            throw new Refused(Problem.UNAUTHORIZED, "The account of this token was deleted after the token was issued");
          }
          RoomChanges.check(q.username() == null ? Problem.NAME_UNUSABLE : null);
          return connection.preparedQuery(MAKE).execute(Tuple.of(q.username()));
        })
        .compose(made -> {
          RoomChanges.check(made.size() == 0 ? Problem.NAME_OF_ANOTHER : null);
          return connection.preparedQuery(BIND).execute(who(q).addLong(Rows.first(made).getLong(0)));
        })
        .compose(known -> connection.preparedQuery(FIND).execute(who(q))).map(IdentityStore::bound)
        .onSuccess(bound -> LOG.info("made an account at first sight account={} user={} issuer={}", bound.username(),
            bound.userId(), q.issuer()));
  }
}
