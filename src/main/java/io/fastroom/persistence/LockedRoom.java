package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions.Others;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A room whose row this transaction has locked: what is read through it stays true until the commit. One context. */
final class LockedRoom {
  private static final String SEATS = "SELECT " + Rows.MEMBER
      + " FROM users u LEFT JOIN room_members m ON m.room_id = $1 AND m.user_id = u.id WHERE ";
  private static final String SEATS_BY_ID = SEATS + "u.id = ANY ($2)";
  private static final String SEAT_BY_NAME = SEATS + "u.username = $2";
  private static final String OTHERS = """
      SELECT EXISTS (SELECT FROM room_members
          WHERE room_id = $1 AND user_id <> $2 AND is_member AND NOT is_banned),
        EXISTS (SELECT FROM room_members
          WHERE room_id = $1 AND user_id <> $2 AND is_member AND NOT is_banned AND is_moderator)""";
  private static final String SAVE = """
      WITH head AS (
        UPDATE rooms SET head_seq = head_seq + 1 WHERE id = $1 RETURNING head_seq
      ), saved AS (
        INSERT INTO room_members AS m (room_id, user_id, is_member, is_moderator, is_banned, is_muted)
        VALUES ($1, $2, $4, $5, $6, $7)
        ON CONFLICT (room_id, user_id) DO UPDATE
        SET is_member = EXCLUDED.is_member, is_moderator = EXCLUDED.is_moderator, is_banned = EXCLUDED.is_banned,
          is_muted = EXCLUDED.is_muted,
          joined_at = CASE WHEN EXCLUDED.is_member AND NOT m.is_member THEN EXCLUDED.joined_at ELSE m.joined_at END
        RETURNING joined_at
      )
      INSERT INTO room_events (room_id, seq, kind, ts, user_id, username, is_member, is_moderator, is_banned, is_muted)
      SELECT $1, head_seq, 3, clock_timestamp(), $2, $3, $4, $5, $6, $7 FROM head
      RETURNING seq, ts, (SELECT joined_at FROM saved)""";

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
  record Seat(long userId, String username, Member member) { }

  /** By user id; a user that does not exist is absent. */
  Future<Map<Long, Seat>> seats(Long... userIds) {
    return connection.preparedQuery(SEATS_BY_ID).execute(Tuple.of(room.id()).addArrayOfLong(userIds))
        .map(LockedRoom::read);
  }

  /** The actor's and the named user's. Fails with USER_NOT_FOUND. */
  <T> Future<T> withSeat(long actorId, String username, BiFunction<Member, Seat, Future<T>> use) {
    Future<Map<Long, Seat>> actor = seats(actorId);
    Future<Map<Long, Seat>> named =
        connection.preparedQuery(SEAT_BY_NAME).execute(Tuple.of(room.id(), username)).map(LockedRoom::read);
    return Future.all(actor, named).compose(both -> use.apply(member(actor.result(), actorId),
        named.result().values().stream().findAny().orElse(null)));
  }

  static Member member(Map<Long, Seat> seats, long userId) {
    return seats.containsKey(userId) ? seats.get(userId).member() : null;
  }

  private static Map<Long, Seat> read(RowSet<Row> rows) {
    Map<Long, Seat> seats = new HashMap<>();
    for (Row row : rows) {
      seats.put(row.getLong(0), new Seat(row.getLong(0), row.getString(1), Rows.member(row, 0)));
    }
    return seats;
  }

  Future<Others> others(long besides) {
    return connection.preparedQuery(OTHERS).execute(Tuple.of(room.id(), besides))
        .map(rows -> new Others(Rows.first(rows).getBoolean(0), Rows.first(rows).getBoolean(1)));
  }

  /** Writes what a user is from now on, with its event. */
  Future<Outcome<Member>> save(Member m) {
    Tuple values = Tuple.from(List.of(room.id(), m.userId(), m.username(), m.isMember(), m.isModerator(), m.isBanned(),
        m.isMuted()));
    return connection.preparedQuery(SAVE).execute(values).map(rows -> {
      Row row = Rows.first(rows);
      Member saved = new Member(m.userId(), m.username(), m.isMember(), m.isModerator(), m.isBanned(), m.isMuted(),
          Rows.instant(row, 2));
      return new Outcome<>(saved, new MemberUpdate(room.id(), room.name(), row.getLong(0), Rows.instant(row, 1), saved));
    });
  }

  /** Makes a user a plain member, keeping the mute of an earlier membership. */
  Future<Outcome<Member>> admit(Seat seat) {
    if (seat == null) {
      throw new Refused(Problem.USER_NOT_FOUND);
    }
    boolean muted = seat.member() != null && seat.member().isMuted();
    return save(new Member(seat.userId(), seat.username(), true, false, false, muted, null));
  }
}
