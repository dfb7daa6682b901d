package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.AuditEntry;
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
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A room that this transaction has locked: what is read through it stays true until the commit. It writes the room's
 * events under the next {@code seq}. One context.
 */
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
      WITH saved AS (
        INSERT INTO room_members AS m
          (room_id, user_id, is_member, is_moderator, is_banned, is_muted, changed_seq, moved_at, moves, left_alone)
        VALUES ($1, $4, $6, $7, $8, $9, $2, CASE WHEN $11 THEN clock_timestamp() END, CASE WHEN $11 THEN 1 ELSE 0 END,
          $11)
        ON CONFLICT (room_id, user_id) DO UPDATE
        SET is_member = EXCLUDED.is_member, is_moderator = EXCLUDED.is_moderator, is_banned = EXCLUDED.is_banned,
          is_muted = EXCLUDED.is_muted, changed_seq = EXCLUDED.changed_seq, left_alone = EXCLUDED.left_alone,
          joined_at = CASE WHEN EXCLUDED.is_member AND NOT m.is_member THEN EXCLUDED.joined_at ELSE m.joined_at END,
          moved_at = CASE WHEN EXCLUDED.moved_at IS NULL OR m.moved_at > EXCLUDED.moved_at - interval '1 minute'
            THEN m.moved_at ELSE EXCLUDED.moved_at END,
          moves = CASE WHEN EXCLUDED.moved_at IS NULL THEN m.moves
            WHEN m.moved_at > EXCLUDED.moved_at - interval '1 minute' THEN m.moves + 1 ELSE 1 END
        RETURNING joined_at
      )
      INSERT INTO room_events
        (room_id, seq, kind, ts, message_count, user_id, username, is_member, is_moderator, is_banned, is_muted)
      SELECT $1, $2, 3, GREATEST(clock_timestamp(), $3::timestamptz + interval '1 microsecond'), $10, $4, $5, $6, $7, $8,
        $9
      RETURNING ts, (SELECT joined_at FROM saved)""";
  private static final String MOVES = """
      SELECT moves, ceil(extract(epoch FROM moved_at + interval '1 minute' - clock_timestamp()) * 1000)::bigint
      FROM room_members WHERE room_id = $1 AND user_id = $2 AND moved_at > clock_timestamp() - interval '1 minute'""";
  private static final String COUNTS = """
      SELECT (SELECT COALESCE(sum(listed), 0)::bigint FROM member_counts WHERE room_id = $1),
        (SELECT COALESCE(sum(memberships), 0)::bigint FROM user_counts WHERE user_id = $2)""";

  final SqlConnection connection;
  final Room room;
  /** The seq of the last event committed. */
  final long head;
  /** Its time, null when there is none; the next event gets a later one, whatever the clock says. */
  final OffsetDateTime headTs;
  /** The number of messages in the room, without deleted ones; written with the next event, which it includes. */
  final long messageCount;

  LockedRoom(SqlConnection connection, Room room, long head, OffsetDateTime headTs, long messageCount) {
    this.connection = connection;
    this.room = room;
    this.head = head;
    this.headTs = headTs;
    this.messageCount = messageCount;
  }

  /**
   * A user as seen from the room.
   *
   * @param member null for one who never was a member
   */
  record RoomUser(long userId, String username, Member member) {
    /** A plain member from now on, still muted if an earlier membership was. */
    Member admitted() {
      return new Member(userId, username, true, false, false, member != null && member.isMuted(), null);
    }
  }

  /** By user id; a user that does not exist is missing. */
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

  /** Refuses a user who has joined and left as often within a minute as is allowed; 0 is no limit. */
  Future<Void> checkMoves(long userId, int limit) {
    return limit == 0 ? Future.succeededFuture()
        : connection.preparedQuery(MOVES).execute(Tuple.of(room.id(), userId)).map(rows -> {
          if (rows.size() > 0 && Rows.first(rows).getInteger(0) >= limit) {
            throw Limits.tooManyMoves(Rows.first(rows).getLong(1));
          }
          return null;
        });
  }

  /** Refuses one more member when the room or the user has reached the limit. */
  Future<Void> checkCounts(long userId) {
    return connection.preparedQuery(COUNTS).execute(Tuple.of(room.id(), userId)).map(rows -> {
      Row counts = Rows.first(rows);
      RoomChanges.check(counts.getLong(0) >= Limits.MEMBERS_OF_A_ROOM ? Problem.ROOM_FULL
          : counts.getLong(1) >= Limits.MEMBERSHIPS_OF_A_USER ? Problem.TOO_MANY_MEMBERSHIPS : null);
      return null;
    });
  }

  /** Keeps in the audit trail what has changed; of what was so already there is nothing to tell. */
  <T> Future<Outcome<T>> audit(Outcome<T> outcome, AuditEntry entry) {
    return outcome.events().isEmpty() ? Future.succeededFuture(outcome)
        : AuditStore.record(connection, entry).map(outcome);
  }

  /** Writes the new state of somebody whose account may be deleted meanwhile, with its event. */
  Future<Outcome<Member>> save(Member member) {
    return save(member, false).recover(failure ->
        Future.failedFuture(SqlErrors.isGone(failure) ? new Refused(Problem.USER_NOT_FOUND) : failure));
  }

  /** The same for a user who leaves on their own, which counts as a move. */
  Future<Outcome<Member>> saveMove(Member member) {
    return save(member, true);
  }

  private Future<Outcome<Member>> save(Member m, boolean move) {
    Tuple values = Tuple.of(room.id(), head + 1, headTs, m.userId(), m.username(), m.isMember())
        .addBoolean(m.isModerator()).addBoolean(m.isBanned()).addBoolean(m.isMuted()).addLong(messageCount)
        .addBoolean(move);
    return connection.preparedQuery(SAVE).execute(values).map(rows -> {
      Row row = Rows.first(rows);
      Member now = new Member(m.userId(), m.username(), m.isMember(), m.isModerator(), m.isBanned(), m.isMuted(),
          Rows.instant(row, 1));
      return Outcome.of(now, new MemberUpdate(room.id(), room.name(), head + 1, Rows.instant(row, 0), now));
    });
  }
}
