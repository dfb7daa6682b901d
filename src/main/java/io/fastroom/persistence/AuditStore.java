package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Actor;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.persistence.AccountApi.AuditPage;
import io.fastroom.persistence.AccountApi.ListAudit;
import io.fastroom.persistence.AccountApi.ListRoomAudit;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Table {@code audit}. Thread: any. */
final class AuditStore {
  private static final String COLUMNS =
      "id, at, actor_id, actor_name, action, target_kind, target_id, target_name, room_id, reason, details";
  /** Names that the asker does not know are looked up. Of messages only others' are of interest. */
  private static final String RECORD = """
      INSERT INTO audit (actor_id, actor_name, action, target_kind, target_id, target_name, room_id, reason, details)
      SELECT $1, COALESCE($2, (SELECT username FROM users WHERE id = $1)), $3, $4, $5,
        CASE WHEN $6::text IS NOT NULL THEN $6 WHEN $4 = 'message' THEN m.username
        WHEN $4 = 'user' THEN (SELECT username FROM users WHERE id = $5) END, $7, $8, $9
      FROM (SELECT) one LEFT JOIN messages m ON $4 = 'message' AND m.room_id = $7 AND m.id = $5
      WHERE $4 <> 'message' OR m.user_id <> $1""";
  private static final String LIST = "SELECT " + COLUMNS + """

      FROM audit WHERE ($1::bigint IS NULL OR id < $1) ORDER BY id DESC LIMIT $2""";
  private static final String OF_ROOM = "SELECT " + COLUMNS + """

      FROM audit WHERE room_id = $3 AND ($1::bigint IS NULL OR id < $1) ORDER BY id DESC LIMIT $2""";
  private static final String ROOM = "SELECT " + Rows.ROOM + ", " + Rows.MEMBER + """
      , u.role = 'admin' FROM rooms r JOIN users u ON u.id = $1
      LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id WHERE r.id = $2""";

  private final Database database;

  AuditStore(Database database) {
    this.database = database;
  }

  Future<Void> record(AuditEntry q) {
    return database.query(RECORD, values(q)).mapEmpty();
  }

  /** The same within the transaction of what it tells of, so that neither is kept without the other. */
  static Future<Void> record(SqlConnection connection, AuditEntry q) {
    return connection.preparedQuery(RECORD).execute(values(q)).mapEmpty();
  }

  private static Tuple values(AuditEntry q) {
    JsonObject details = new JsonObject();
    q.details().forEach(details::put);
    return Tuple.of(q.actor() == null ? null : q.actor().id(), q.actor() == null ? null : q.actor().username(),
            q.action(), q.target().kind(), q.target().id(), q.target().name())
        .addLong(q.roomId()).addString(q.reason()).addJsonObject(details.isEmpty() ? null : details);
  }

  Future<AuditPage> list(ListAudit q) {
    return database.transaction(connection -> AdminStore.checkAdmin(connection, q.actorId())
        .compose(allowed -> connection.preparedQuery(LIST).execute(Tuple.of(q.before(), q.limit() + 1))))
        .map(rows -> page(rows, q.limit()));
  }

  Future<AuditPage> ofRoom(ListRoomAudit q) {
    return database.transaction(connection -> connection.preparedQuery(ROOM).execute(Tuple.of(q.actorId(), q.roomId()))
        .compose(rows -> {
          check(rows);
          return connection.preparedQuery(OF_ROOM).execute(Tuple.of(q.before(), q.limit() + 1, q.roomId()));
        })).map(rows -> page(rows, q.limit()));
  }

  private static void check(RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    Row row = Rows.first(rows);
    boolean admin = row.getBoolean(Rows.ROOM_WIDTH + Rows.MEMBER_WIDTH);
    RoomChanges.check(admin ? null : Permissions.moderate(Rows.room(row, 0), Rows.member(row, Rows.ROOM_WIDTH)));
  }

  private static AuditPage page(RowSet<Row> rows, int limit) {
    List<AuditEntry> items = Rows.list(rows, AuditStore::entry);
    boolean more = items.size() > limit;
    return new AuditPage(List.copyOf(more ? items.subList(0, limit) : items), more);
  }

  private static AuditEntry entry(Row row) {
    Map<String, String> details = new HashMap<>();
    JsonObject kept = row.getJsonObject(10);
    if (kept != null) {
      kept.forEach(each -> details.put(each.getKey(), String.valueOf(each.getValue())));
    }
    Actor actor = row.getLong(2) == null ? null : new Actor(row.getLong(2), row.getString(3));
    return new AuditEntry(row.getLong(0), Rows.instant(row, 1), actor, row.getString(4),
        new Target(row.getString(5), row.getLong(6), row.getString(7)), row.getLong(8), row.getString(9), details);
  }
}
