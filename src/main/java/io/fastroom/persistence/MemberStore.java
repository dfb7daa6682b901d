package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Page;
import io.fastroom.model.Permissions;
import io.fastroom.model.Permissions.Others;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.LockedRoom.Seat;
import io.fastroom.persistence.PersistenceApi.AddMember;
import io.fastroom.persistence.PersistenceApi.EnterRoom;
import io.fastroom.persistence.PersistenceApi.Entered;
import io.fastroom.persistence.PersistenceApi.Flag;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.persistence.PersistenceApi.LeaveRoom;
import io.fastroom.persistence.PersistenceApi.ListMembers;
import io.fastroom.persistence.PersistenceApi.RemoveMember;
import io.fastroom.persistence.PersistenceApi.SetFlag;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;

/** Table {@code room_members}: who comes and goes, and moderation. Thread: any. */
final class MemberStore {
  /** The room as the actor meets it, before the page of its members or alone. */
  private static final String ACTOR =
      " FROM rooms r JOIN users u ON u.id = $2 LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id ";
  private static final String ENTER = "SELECT " + Rows.ROOM + ", " + Rows.MEMBER + ", m.changed_seq" + ACTOR;
  private static final String ENTER_BY_ID = ENTER + "WHERE r.id = $1";
  private static final String ENTER_BY_NAME = ENTER + "WHERE r.name = $1";
  private static final String LIST = "SELECT " + Rows.ROOM + ", " + Rows.MEMBER + """
      , (SELECT count(*) FROM room_members c WHERE c.room_id = r.id AND (c.is_member OR c.is_banned)), p.*
      """ + ACTOR + """
      LEFT JOIN LATERAL (
        SELECT x.user_id, a.username, x.is_member, x.is_moderator, x.is_banned, x.is_muted, x.joined_at, true
        FROM room_members x JOIN users a ON a.id = x.user_id
        WHERE x.room_id = r.id AND (x.is_member OR x.is_banned) ORDER BY x.user_id LIMIT $3 OFFSET $4
      ) p ON true
      WHERE r.id = $1""";
  private static final int PAGE = Rows.ROOM_WIDTH + Rows.MEMBER_WIDTH;

  private final Database database;
  private final RoomChanges changes;
  private final Admissions admissions;

  MemberStore(Database database, RoomChanges changes, Admissions admissions) {
    this.database = database;
    this.changes = changes;
    this.admissions = admissions;
  }

  Future<Page<Member>> list(ListMembers q) {
    return database.query(LIST, Tuple.of(q.roomId(), q.actorId(), q.limit(), q.offset())).map(rows -> {
      Row first = readable(rows);
      List<Member> members = first.getLong(PAGE + 1) == null ? List.of()
          : Rows.list(rows, row -> Rows.member(row, PAGE + 1));
      return new Page<>(members, first.getLong(PAGE), q.limit(), q.offset());
    });
  }

  private static Row readable(RowSet<Row> rows) {
    Row first = Rows.first(rows);
    if (first == null) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    RoomChanges.check(Permissions.read(Rows.room(first, 0), Rows.member(first, Rows.ROOM_WIDTH)));
    return first;
  }

  /** One query for whoever is a member already, which is nearly everyone who enters. */
  Future<Entered> enter(EnterRoom q) {
    Future<RowSet<Row>> found = q.roomId() == 0
        ? database.query(ENTER_BY_NAME, Tuple.of(q.name(), q.userId()))
        : database.query(ENTER_BY_ID, Tuple.of(q.roomId(), q.userId()));
    return found.compose(rows -> {
      Row row = readable(rows);
      Room room = Rows.room(row, 0);
      Member member = Rows.member(row, Rows.ROOM_WIDTH);
      return member != null && member.isMember()
          ? Future.succeededFuture(new Entered(room, member, row.getLong(Rows.ROOM_WIDTH + Rows.MEMBER_WIDTH)))
          : admissions.admit(room.id(), q.userId(), Permissions::read);
    });
  }

  Future<Member> join(JoinRoom q) {
    return admissions.admit(q.roomId(), q.actorId(), Permissions::join).map(Entered::member);
  }

  Future<Member> add(AddMember q) {
    return changes.change(q.roomId(), locked -> locked.withSeat(q.actorId(), q.username(), (actor, seat) -> {
      RoomChanges.check(Permissions.add(locked.room, actor, seat == null ? null : seat.member()));
      RoomChanges.check(seat == null ? Problem.USER_NOT_FOUND : null);
      return locked.save(seat.admitted());
    }));
  }

  Future<Void> leave(LeaveRoom q) {
    return changes.change(q.roomId(), locked -> locked.seats(q.actorId()).compose(seats -> {
      Member member = LockedRoom.member(seats, q.actorId());
      return locked.others(q.actorId()).compose(others -> {
        RoomChanges.check(Permissions.leave(locked.room, member, others));
        return locked.save(gone(member));
      });
    })).mapEmpty();
  }

  Future<Void> remove(RemoveMember q) {
    return changes.change(q.roomId(), locked -> read(locked, q.actorId(), q.userId()).compose(about -> {
      RoomChanges.check(Permissions.remove(locked.room, about.actor(), about.target(), about.others()));
      return locked.save(gone(about.target()));
    })).mapEmpty();
  }

  Future<Member> setFlag(SetFlag q) {
    return changes.change(q.roomId(), locked -> read(locked, q.actorId(), q.userId())
        .compose(about -> flagged(locked, about, q)));
  }

  private static Future<Outcome<Member>> flagged(LockedRoom locked, About about, SetFlag q) {
    Member target = about.target();
    boolean enabled = q.enabled() != null ? q.enabled() : target != null && !is(target, q.flag());
    RoomChanges.check(q.flag() == Flag.MODERATOR
        ? Permissions.setModerator(locked.room, about.actor(), target, enabled, about.others())
        : Permissions.restrict(locked.room, about.actor(), target, enabled));
    return is(target, q.flag()) == enabled ? Future.succeededFuture(Outcome.unchanged(target))
        : locked.save(with(target, q.flag(), enabled));
  }

  /** What a decision about another member is made from. */
  private record About(Member actor, Member target, Others others) { }

  private static Future<About> read(LockedRoom locked, long actorId, long targetId) {
    Future<Map<Long, Seat>> seats = locked.seats(actorId, targetId);
    Future<Others> others = locked.others(targetId);
    return Future.all(seats, others).map(both -> new About(LockedRoom.member(seats.result(), actorId),
        LockedRoom.member(seats.result(), targetId), others.result()));
  }

  private static boolean is(Member m, Flag flag) {
    return switch (flag) {
      case MODERATOR -> m.isModerator();
      case BAN -> m.isBanned();
      case MUTE -> m.isMuted();
    };
  }

  private static Member with(Member m, Flag flag, boolean on) {
    return new Member(m.userId(), m.username(), m.isMember(), flag == Flag.MODERATOR ? on : m.isModerator(),
        flag == Flag.BAN ? on : m.isBanned(), flag == Flag.MUTE ? on : m.isMuted(), m.joinedAt());
  }

  private static Member gone(Member m) {
    return new Member(m.userId(), m.username(), false, false, m.isBanned(), m.isMuted(), m.joinedAt());
  }
}
