package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.AccountApi.AdminRoom;
import io.fastroom.persistence.AccountApi.AppointModerator;
import io.fastroom.persistence.AccountApi.ChangeAnyRoom;
import io.fastroom.persistence.AccountApi.DeleteAnyRoom;
import io.fastroom.persistence.AccountApi.ListAllRooms;
import io.fastroom.persistence.AccountApi.RoomsPage;
import io.fastroom.persistence.LockedRoom.RoomUser;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Objects;

/** What administrators do with rooms, private ones too. Thread: any. */
final class AdminRoomStore {
  private static final String LIST = "SELECT " + Rows.ROOM + """
      , (SELECT k.days FROM room_retentions k WHERE k.room_id = r.id),
        COALESCE((SELECT c.listed FROM member_counts c WHERE c.room_id = r.id), 0)
      FROM rooms r WHERE ($1::bigint IS NULL OR r.id < $1) AND ($2::text IS NULL OR {name})
      ORDER BY r.id DESC LIMIT $3""".replace("{name}", Holding.sql("r.name", "$2"));

  private static final String KEEP = """
      INSERT INTO room_retentions (room_id, days) VALUES ($1, $2) ON CONFLICT (room_id) DO UPDATE SET days = $2""";
  private static final String KEEP_AS_OTHERS = "DELETE FROM room_retentions WHERE room_id = $1";
  private static final String KEPT = "SELECT (SELECT days FROM room_retentions WHERE room_id = $1)";

  private final Database database;
  private final RoomChanges changes;

  AdminRoomStore(Database database, RoomChanges changes) {
    this.database = database;
    this.changes = changes;
  }

  Future<RoomsPage> list(ListAllRooms q) {
    return database.transaction(connection -> AdminStore.checkAdmin(connection, q.actorId())
        .compose(allowed -> connection.preparedQuery(LIST).execute(Tuple.of(q.before(), Holding.pattern(q.words()),
            q.limit() + 1))))
        .map(rows -> {
          List<AdminRoom> items = Rows.list(rows, AdminRoomStore::room);
          boolean more = items.size() > q.limit();
          return new RoomsPage(List.copyOf(more ? items.subList(0, q.limit()) : items), more);
        });
  }

  private static AdminRoom room(Row row) {
    return new AdminRoom(Rows.room(row, 0), row.getInteger(Rows.ROOM_WIDTH), row.getLong(Rows.ROOM_WIDTH + 1));
  }

  Future<AdminRoom> change(ChangeAnyRoom q) {
    return changes.change(q.roomId(), locked -> AdminStore.checkAdmin(locked.connection, q.actorId())
        .compose(allowed -> {
          RoomChanges.check(Permissions.change(locked.room));
          return RoomStore.change(locked, q.name(), q.isPrivate());
        })
        .compose(outcome -> keep(locked, q, outcome)));
  }

  private static Future<Outcome<AdminRoom>> keep(LockedRoom locked, ChangeAnyRoom q, Outcome<Room> outcome) {
    long room = locked.room.id();
    return locked.connection.preparedQuery(KEPT).execute(Tuple.of(room)).compose(rows -> {
      Integer before = Rows.first(rows).getInteger(0);
      boolean changed = q.retention() != null && !Objects.equals(before, q.retention().days());
      Integer days = changed ? q.retention().days() : before;
      Outcome<AdminRoom> answer = new Outcome<>(new AdminRoom(outcome.answer(), days, null), outcome.events());
      AuditEntry entry = RoomStore.changed(q.actorId(), q.address(), outcome.answer(), q.name(), q.isPrivate())
          .with("retention_days", !changed ? null : days == null ? "default" : days);
      if (!changed) {
        return locked.audit(answer, entry);
      }
      return (days == null ? locked.connection.preparedQuery(KEEP_AS_OTHERS).execute(Tuple.of(room))
          : locked.connection.preparedQuery(KEEP).execute(Tuple.of(room, days)))
          // There is no event of it for those in the room.
          .compose(kept -> AuditStore.record(locked.connection, entry)).map(answer);
    });
  }

  /** @return the room as it was */
  Future<Room> delete(DeleteAnyRoom q) {
    return changes.change(q.roomId(), locked -> AdminStore.checkAdmin(locked.connection, q.actorId())
        .compose(allowed -> RoomStore.erase(locked))
        .compose(outcome -> locked.audit(new Outcome<>(locked.room, outcome.events()),
            AuditEntry.by(q.actorId(), q.address(), "room_deleted", target(locked.room), q.roomId()))));
  }

  private static Target target(Room room) {
    return new Target("room", room.id(), room.name());
  }

  Future<Member> appoint(AppointModerator q) {
    return changes.change(q.roomId(), locked -> AdminStore.checkAdmin(locked.connection, q.actorId())
        .compose(allowed -> locked.withUser(q.actorId(), q.username(), (actor, user) -> appoint(locked, user)))
        .compose(outcome -> locked.audit(outcome, AuditEntry.by(q.actorId(), q.address(), "moderator_granted",
            new Target("user", outcome.answer().userId(), outcome.answer().username()), q.roomId()))));
  }

  private static Future<Outcome<Member>> appoint(LockedRoom locked, RoomUser user) {
    if (user == null) {
      throw new Refused(Problem.USER_NOT_FOUND);
    }
    Member was = user.member();
    RoomChanges.check(Permissions.appoint(locked.room, was));
    boolean already = was != null && was.isMember() && was.isModerator();
    return already ? Future.succeededFuture(Outcome.unchanged(was))
        : locked.save(new Member(user.userId(), user.username(), true, true, false, false, null));
  }
}
