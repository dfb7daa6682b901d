package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent.RoomDeleted;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.persistence.PersistenceApi.CreateRoom;
import io.fastroom.persistence.PersistenceApi.DeleteRoom;
import io.fastroom.persistence.PersistenceApi.FindRoom;
import io.fastroom.persistence.PersistenceApi.GetRoom;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.fastroom.persistence.PersistenceApi.UpdateRoom;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.fastroom.persistence.UnreadApi.Moved;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.BiFunction;

/** Table {@code rooms}. Thread: any. */
final class RoomStore {
  /**
   * A room with more events than this is removed in the background, so that the asker does not wait for the deletion.
   */
  private static final long SMALL = 5_000;

  /** Of rooms that one user makes at once each counts those before it. */
  private static final String CREATE = """
      WITH own AS MATERIALIZED (
        SELECT rooms_made, memberships FROM user_counts WHERE user_id = $1 FOR NO KEY UPDATE
      ),
      counts AS MATERIALIZED (
        SELECT COALESCE(max(rooms_made), 0) AS rooms_made, COALESCE(max(memberships), 0) AS memberships FROM own
      ),
      r AS (
        INSERT INTO rooms (name, is_private, created_by) SELECT $2, $3, $1 FROM counts
        WHERE rooms_made < $4 AND memberships < $5 RETURNING *
      ),
      creator AS (INSERT INTO room_members (room_id, user_id, is_moderator) SELECT r.id, $1, true FROM r)
      SELECT\s""" + Rows.ROOM + ", counts.rooms_made FROM counts LEFT JOIN r ON true";
  private static final String FOR_ACTOR = "SELECT " + Rows.ROOM + ", " + Rows.MEMBER
      + " FROM rooms r JOIN users u ON u.id = $1 LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id ";
  private static final String GET = FOR_ACTOR + "WHERE r.id = $2";
  private static final String FIND = FOR_ACTOR + "WHERE r.name = $2";
  private static final String UPDATE = """
      WITH changed AS (
        UPDATE rooms SET name = $2, is_private = $3 WHERE id = $1
      )
      INSERT INTO room_events (room_id, seq, kind, ts, message_count, room, name, is_private)
      SELECT $1, $5, 4, GREATEST(clock_timestamp(), $6::timestamptz + interval '1 microsecond'), $7, $4, $2, $3
      RETURNING ts""";
  private static final String FEW_MEMBERS = """
      DELETE FROM room_members WHERE room_id = $1
        AND (SELECT COALESCE(sum(listed), 0) FROM member_counts WHERE room_id = $1) <= $2""";
  private static final String DELETE = "DELETE FROM rooms WHERE id = $1 RETURNING clock_timestamp()";

  private final Database database;
  private final Bus bus;
  private final RoomChanges changes;

  RoomStore(Database database, Bus bus, RoomChanges changes) {
    this.database = database;
    this.bus = bus;
    this.changes = changes;
  }

  Future<Room> create(CreateRoom q) {
    return database.query(CREATE, Tuple.of(q.actorId(), q.name(), q.isPrivate(), Limits.ROOMS_MADE_BY_A_USER,
        Limits.MEMBERSHIPS_OF_A_USER)).map(rows -> {
      Row row = Rows.first(rows);
      RoomChanges.check(row.getValue(0) != null ? null
          : row.getLong(Rows.ROOM_WIDTH) >= Limits.ROOMS_MADE_BY_A_USER ? Problem.TOO_MANY_ROOMS_MADE
          : Problem.TOO_MANY_MEMBERSHIPS);
      bus.announce(UnreadApi.MOVED, new Moved(List.of(q.actorId())));
      return Rows.room(row, 0);
    });
  }

  Future<SeenRoom> get(GetRoom q) {
    return database.query(GET, Tuple.of(q.actorId(), q.roomId())).map(RoomStore::seen);
  }

  Future<Room> open(GetRoom q) {
    return database.query(GET, Tuple.of(q.actorId(), q.roomId())).map(rows -> room(rows, Permissions::read));
  }

  Future<SeenRoom> find(FindRoom q) {
    return database.query(FIND, Tuple.of(q.actorId(), q.name())).map(RoomStore::seen);
  }

  private static SeenRoom seen(RowSet<Row> rows) {
    Room room = room(rows, Permissions::see);
    Member member = Rows.member(Rows.first(rows), Rows.ROOM_WIDTH);
    return new SeenRoom(room, member != null && member.isMember() && !member.isBanned());
  }

  private static Room room(RowSet<Row> rows, BiFunction<Room, Member, Problem> permission) {
    if (rows.size() == 0) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    Row row = Rows.first(rows);
    Room room = Rows.room(row, 0);
    RoomChanges.check(permission.apply(room, Rows.member(row, Rows.ROOM_WIDTH)));
    return room;
  }

  Future<Room> update(UpdateRoom q) {
    return changes.change(q.roomId(), locked -> locked.users(q.actorId()).compose(users -> {
      RoomChanges.check(Permissions.moderate(locked.room, LockedRoom.member(users, q.actorId())));
      return change(locked, q.name(), q.isPrivate()).compose(outcome -> locked.audit(outcome, changed(q.actorId(),
          q.address(), outcome.answer(), q.name(), q.isPrivate())));
    }));
  }

  /** What is told of it; null for what was not asked for. */
  static AuditEntry changed(long actorId, String address, Room room, String name, Boolean isPrivate) {
    return AuditEntry.by(actorId, address, "room_changed", new Target("room", room.id(), room.name()), room.id())
        .with("name", name).with("is_private", isPrivate);
  }

  /** @param name null to keep it; @param isPrivate null to keep it */
  static Future<Outcome<Room>> change(LockedRoom locked, String name, Boolean isPrivate) {
    Room old = locked.room;
    Room room = new Room(old.id(), name == null ? old.name() : name, isPrivate == null ? old.isPrivate() : isPrivate,
        old.createdAt());
    return room.equals(old) ? Future.succeededFuture(Outcome.unchanged(old)) : write(locked, room);
  }

  private static Future<Outcome<Room>> write(LockedRoom locked, Room room) {
    String oldName = locked.room.name();
    return locked.connection.preparedQuery(UPDATE)
        .execute(Tuple.of(room.id(), room.name(), room.isPrivate(), oldName, locked.head + 1, locked.headTs)
            .addLong(locked.messageCount))
        .map(rows -> Outcome.of(room, new RoomUpdated(room.id(), oldName, locked.head + 1,
            Rows.instant(Rows.first(rows), 0), room.name(), room.isPrivate())));
  }

  Future<Void> delete(DeleteRoom q) {
    return changes.change(q.roomId(), locked -> locked.users(q.actorId()).compose(users -> {
      RoomChanges.check(Permissions.moderate(locked.room, LockedRoom.member(users, q.actorId())));
      return erase(locked).compose(outcome -> locked.audit(outcome, AuditEntry.by(q.actorId(), q.address(),
          "room_deleted", new Target("room", q.roomId(), locked.room.name()), q.roomId())));
    }));
  }

  static Future<Outcome<Void>> erase(LockedRoom locked) {
    Room room = locked.room;
    SqlConnection connection = locked.connection;
    if (locked.head <= SMALL) {
      connection.preparedQuery("DELETE FROM messages WHERE room_id = $1").execute(Tuple.of(room.id()));
      connection.preparedQuery("DELETE FROM room_events WHERE room_id = $1").execute(Tuple.of(room.id()));
      connection.preparedQuery("DELETE FROM reactions WHERE room_id = $1").execute(Tuple.of(room.id()));
    }
    connection.preparedQuery(FEW_MEMBERS).execute(Tuple.of(room.id(), SMALL));
    // Also for a small room: whoever joins at this moment is removed with the rest.
    connection.preparedQuery("INSERT INTO room_purges (room_id) VALUES ($1)").execute(Tuple.of(room.id()));
    return connection.preparedQuery(DELETE).execute(Tuple.of(room.id())).map(rows -> Outcome.of(null,
        new RoomDeleted(room.id(), room.name(), locked.head + 1, Rows.instant(Rows.first(rows), 0))));
  }
}
