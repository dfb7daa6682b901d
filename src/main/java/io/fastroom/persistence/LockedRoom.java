package io.fastroom.persistence;

import io.fastroom.model.Member;
import io.fastroom.model.Permissions.Others;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A room whose row this transaction has locked: what is read through it stays true until the commit. One context. */
final class LockedRoom {
  private static final String USERS = "SELECT " + Rows.MEMBER
      + " FROM users u LEFT JOIN room_members m ON m.room_id = $1 AND m.user_id = u.id WHERE ";
  private static final String USERS_BY_ID = USERS + "u.id = ANY ($2)";
  private static final String USER_BY_NAME = USERS + "u.username = $2";
  private static final String OTHERS = """
      SELECT EXISTS (SELECT FROM room_members
          WHERE room_id = $1 AND user_id <> $2 AND is_member),
        EXISTS (SELECT FROM room_members
          WHERE room_id = $1 AND user_id <> $2 AND is_member AND NOT is_banned AND is_moderator)""";
  private static final String SAVE = """
      WITH head AS (
        UPDATE rooms SET head_seq = head_seq + cardinality($2::bigint[]) WHERE id = $1
        RETURNING head_seq - cardinality($2::bigint[]) AS old
      ), given AS (
        SELECT * FROM unnest($2::bigint[], $3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::boolean[])
          WITH ORDINALITY AS g(user_id, username, is_member, is_moderator, is_banned, is_muted, nth)
      ), saved AS (
        INSERT INTO room_members AS m (room_id, user_id, is_member, is_moderator, is_banned, is_muted, changed_seq)
        SELECT $1, user_id, is_member, is_moderator, is_banned, is_muted, old + nth FROM head, given
        ON CONFLICT (room_id, user_id) DO UPDATE
        SET is_member = EXCLUDED.is_member, is_moderator = EXCLUDED.is_moderator, is_banned = EXCLUDED.is_banned,
          is_muted = EXCLUDED.is_muted, changed_seq = EXCLUDED.changed_seq,
          joined_at = CASE WHEN EXCLUDED.is_member AND NOT m.is_member THEN EXCLUDED.joined_at ELSE m.joined_at END
        RETURNING user_id, joined_at
      )
      INSERT INTO room_events AS e
        (room_id, seq, kind, ts, user_id, username, is_member, is_moderator, is_banned, is_muted)
      SELECT $1, old + nth, 3, clock_timestamp(), user_id, username, is_member, is_moderator, is_banned, is_muted
      FROM head, given ORDER BY nth
      RETURNING seq, ts, (SELECT s.joined_at FROM saved s WHERE s.user_id = e.user_id)""";

  final SqlConnection connection;
  final Room room;
  /** The seq of the last event committed. */
  final long head;

  LockedRoom(SqlConnection connection, Room room, long head) {
    this.connection = connection;
    this.room = room;
    this.head = head;
  }

  /**
   * A user as seen from the room.
   *
   * @param member null for one who never was a member
   */
  record RoomUser(long userId, String username, Member member) {
    /** A plain member from now on, keeping the mute of an earlier membership. */
    Member admitted() {
      return new Member(userId, username, true, false, false, member != null && member.isMuted(), null);
    }
  }

  /** By user id; a user that does not exist is absent. */
  Future<Map<Long, RoomUser>> users(Long... userIds) {
    return connection.preparedQuery(USERS_BY_ID).execute(Tuple.of(room.id()).addArrayOfLong(userIds))
        .map(LockedRoom::read);
  }

  /** The actor's and the named user's. Fails with USER_NOT_FOUND. */
  <T> Future<T> withUser(long actorId, String username, BiFunction<Member, RoomUser, Future<T>> use) {
    Future<Map<Long, RoomUser>> actor = users(actorId);
    Future<Map<Long, RoomUser>> named =
        connection.preparedQuery(USER_BY_NAME).execute(Tuple.of(room.id(), username)).map(LockedRoom::read);
    return Future.all(actor, named).compose(both -> use.apply(member(actor.result(), actorId),
        named.result().values().stream().findAny().orElse(null)));
  }

  static Member member(Map<Long, RoomUser> users, long userId) {
    return users.containsKey(userId) ? users.get(userId).member() : null;
  }

  private static Map<Long, RoomUser> read(RowSet<Row> rows) {
    Map<Long, RoomUser> users = new HashMap<>();
    for (Row row : rows) {
      users.put(row.getLong(0), new RoomUser(row.getLong(0), row.getString(1), Rows.member(row, 0)));
    }
    return users;
  }

  Future<Others> others(long besides) {
    return connection.preparedQuery(OTHERS).execute(Tuple.of(room.id(), besides))
        .map(rows -> new Others(Rows.first(rows).getBoolean(0), Rows.first(rows).getBoolean(1)));
  }

  /** Writes what a user is from now on, with its event. */
  Future<Outcome<Member>> save(Member member) {
    return save(List.of(member)).map(saved -> new Outcome<>(saved.answer().get(0), saved.events()));
  }

  /** The same for several different users, their events in the order given. */
  Future<Outcome<List<Member>>> save(List<Member> members) {
    if (members.isEmpty()) {
      return Future.succeededFuture(Outcome.unchanged(members));
    }
    Tuple values = Tuple.of(room.id())
        .addArrayOfLong(members.stream().map(Member::userId).toArray(Long[]::new))
        .addArrayOfString(members.stream().map(Member::username).toArray(String[]::new))
        .addArrayOfBoolean(members.stream().map(Member::isMember).toArray(Boolean[]::new))
        .addArrayOfBoolean(members.stream().map(Member::isModerator).toArray(Boolean[]::new))
        .addArrayOfBoolean(members.stream().map(Member::isBanned).toArray(Boolean[]::new))
        .addArrayOfBoolean(members.stream().map(Member::isMuted).toArray(Boolean[]::new));
    return connection.preparedQuery(SAVE).execute(values).map(rows -> saved(members, rows));
  }

  private Outcome<List<Member>> saved(List<Member> members, RowSet<Row> rows) {
    List<Member> saved = new ArrayList<>();
    List<MemberUpdate> events = new ArrayList<>();
    for (Row row : rows) {
      Member m = members.get(saved.size());
      Member now = new Member(m.userId(), m.username(), m.isMember(), m.isModerator(), m.isBanned(), m.isMuted(),
          Rows.instant(row, 2));
      saved.add(now);
      events.add(new MemberUpdate(room.id(), room.name(), row.getLong(0), Rows.instant(row, 1), now));
    }
    return new Outcome<>(saved, events);
  }
}
