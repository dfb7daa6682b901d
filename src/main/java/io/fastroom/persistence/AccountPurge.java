package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.AuditEntry;
import io.fastroom.model.AuditEntry.Target;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions.Others;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomNames;
import io.fastroom.persistence.LockedRoom.RoomUser;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a deleted account out of its rooms and its name out of their messages, piece by piece, each a transaction of its
 * own: whatever ends in the middle is gone on with, on any node. The account's row goes last.
 *
 * <p>A room's live members learn the name that is left by the {@code member_update} of the removal, before which they have
 * everything the account ever wrote there. Until the rows are rewritten, reading them looks into {@code user_purges}.
 *
 * <p>Thread: any. Limits: {@value #ROWS} messages a piece.
 */
final class AccountPurge {
  private static final int ROWS = 5_000;
  private static final Pattern NAME = Pattern.compile("deleted\\.([1-9][0-9]{0,17})");

  /** Any of them: one that cannot be gone on with must not hold up the others. */
  private static final String NEXT = "SELECT user_id FROM user_purges ORDER BY random() LIMIT 1";
  private static final String WHERE = """
      SELECT COALESCE((SELECT room_id FROM room_members WHERE user_id = $1 AND is_member LIMIT 1),
        (SELECT room_id FROM room_members WHERE user_id = $1 AND NOT is_member LIMIT 1))
      FROM user_purges WHERE user_id = $1""";
  private static final String FORGET = """
      WITH noted AS (
        INSERT INTO user_purge_rooms (user_id, room_id) SELECT user_id, $2 FROM user_purges WHERE user_id = $1
        ON CONFLICT (user_id, room_id) DO NOTHING
      ), marks AS (
        DELETE FROM read_marks WHERE user_id = $1 AND room_id = $2
      )
      DELETE FROM room_members WHERE user_id = $1 AND room_id = $2""";
  private static final String OLDEST = """
      SELECT m.user_id, u.username, m.joined_at FROM room_members m JOIN users u ON u.id = m.user_id
      WHERE m.room_id = $1 AND m.user_id <> $2 AND m.is_member AND NOT m.is_banned
      ORDER BY u.disabled, m.joined_at, m.user_id LIMIT 1""";
  /** Whoever has the name next begins another conversation. */
  private static final String PART = """
      WITH parted AS (DELETE FROM direct_rooms WHERE room_id = $1) SELECT name FROM user_purges WHERE user_id = $2""";
  private static final String PIECE = """
      SELECT r.room_id, r.after_id, p.name, p.deleted_at
      FROM user_purge_rooms r JOIN user_purges p ON p.user_id = r.user_id WHERE r.user_id = $1
      ORDER BY r.room_id LIMIT 1 FOR UPDATE OF r SKIP LOCKED""";
  /** Who has the name by now may have edited as well, but not before it was free. */
  private static final String RENAME = """
      WITH slice AS MATERIALIZED (
        SELECT id FROM messages WHERE room_id = $1 AND id > $2 ORDER BY id LIMIT $3
      ), renamed AS (
        UPDATE messages m SET username = CASE WHEN m.user_id = $4 THEN $5 ELSE m.username END,
          edited_by = CASE WHEN m.edited_by = $6 AND m.edited_at <= $7 THEN $5 ELSE m.edited_by END
        FROM slice s WHERE m.room_id = $1 AND m.id = s.id AND (m.user_id = $4 OR m.edited_by = $6)
      )
      SELECT count(*), max(id) FROM slice""";
  private static final String MOVE = "UPDATE user_purge_rooms SET after_id = $3 WHERE user_id = $1 AND room_id = $2";
  private static final String ROOM_DONE = """
      WITH done AS (DELETE FROM user_purge_rooms WHERE user_id = $1 AND room_id = $2)
      UPDATE room_events SET username = $3 WHERE room_id = $2 AND user_id = $1 AND username <> $3""";
  private static final String DONE = """
      WITH done AS (
        DELETE FROM user_purges WHERE user_id = $1 AND NOT EXISTS (SELECT FROM user_purge_rooms WHERE user_id = $1)
          AND NOT EXISTS (SELECT FROM room_members WHERE user_id = $1 AND is_member)
          AND NOT EXISTS (SELECT FROM room_members WHERE user_id = $1 AND NOT is_member) RETURNING user_id
      )
      DELETE FROM users WHERE id IN (SELECT user_id FROM done)""";

  private final Database database;
  private final RoomChanges changes;

  AccountPurge(Database database, RoomChanges changes) {
    this.database = database;
    this.changes = changes;
  }

  /** The name under which an account's messages stay. */
  static String nameOf(long userId) {
    return "deleted." + userId;
  }

  /** Whose messages stay under {@code username}, which may be null; null when it is no such name. */
  static Long idOf(String username) {
    Matcher name = NAME.matcher(username == null ? "" : username);
    return name.matches() ? Long.valueOf(name.group(1)) : null;
  }

  /** One piece of what is to be done. @return whether there may be more */
  Future<Boolean> some() {
    return database.query(NEXT, Tuple.tuple())
        .compose(rows -> rows.size() == 0 ? Future.succeededFuture(false) : some(Rows.first(rows).getLong(0)));
  }

  /** The same for one account. */
  Future<Boolean> some(long userId) {
    return database.query(WHERE, Tuple.of(userId)).compose(rows -> {
      if (rows.size() == 0) {
        return Future.succeededFuture(false);
      }
      Long room = Rows.first(rows).getLong(0);
      return room == null ? database.transaction(connection -> rewrite(connection, userId)) : leave(room, userId);
    });
  }

  private Future<Boolean> leave(long roomId, long userId) {
    return changes.change(roomId, locked -> {
      Future<Map<Long, RoomUser>> users = locked.users(userId);
      Future<Others> others = locked.others(userId);
      return Future.all(users, others).compose(both ->
          leave(locked, LockedRoom.member(users.result(), userId), others.result()));
    }).recover(failure -> Refused.of(failure).problem() == Problem.ROOM_NOT_FOUND
        ? database.query(FORGET, Tuple.of(userId, roomId)).mapEmpty() : Future.failedFuture(failure)).map(true);
  }

  private static Future<Outcome<Member>> leave(LockedRoom locked, Member member, Others others) {
    if (member == null) {
      return Future.succeededFuture(Outcome.unchanged(null));
    }
    return locked.room.isDirect() ? part(locked, member) : leaveOthers(locked, member, others);
  }

  /** A room between two people gets the name that is left, and is left by the next piece. */
  private static Future<Outcome<Member>> part(LockedRoom locked, Member member) {
    return locked.connection.preparedQuery(PART).execute(Tuple.of(locked.room.id(), member.userId())).compose(rows -> {
      String name = rows.size() == 0 ? locked.room.name()
          : RoomNames.direct(locked.room.name(), Rows.first(rows).getString(0), nameOf(member.userId()));
      return name.equals(locked.room.name()) ? remove(locked, member)
          : RoomStore.change(locked, name, null).map(renamed -> new Outcome<>(member, renamed.events()));
    });
  }

  private static Future<Outcome<Member>> leaveOthers(LockedRoom locked, Member member, Others others) {
    boolean last = member.isMember() && member.isModerator() && others.members() && !others.moderators();
    return last ? locked.connection.preparedQuery(OLDEST).execute(Tuple.of(locked.room.id(), member.userId()))
        .compose(rows -> rows.size() == 0 ? remove(locked, member)
            : promote(locked, member, Rows.first(rows)))
        : remove(locked, member);
  }

  /** In place of the last moderator, who is removed by the next piece. */
  private static Future<Outcome<Member>> promote(LockedRoom locked, Member last, Row oldest) {
    Target target = new Target("user", oldest.getLong(0), oldest.getString(1));
    return locked.save(new Member(target.id(), target.name(), true, true, false, false, Rows.instant(oldest, 2)))
        .compose(outcome -> locked.audit(outcome, AuditEntry.of(null, "moderator_granted", target, locked.room.id(),
            Map.of("in_place_of", nameOf(last.userId())))));
  }

  private static Future<Outcome<Member>> remove(LockedRoom locked, Member member) {
    Member gone = new Member(member.userId(), nameOf(member.userId()), false, false, false, false, member.joinedAt());
    return locked.save(gone).compose(outcome -> locked.connection.preparedQuery(FORGET)
        .execute(Tuple.of(member.userId(), locked.room.id())).map(outcome));
  }

  private static Future<Boolean> rewrite(SqlConnection connection, long userId) {
    return connection.preparedQuery(PIECE).execute(Tuple.of(userId)).compose(rows -> rows.size() == 0
        ? connection.preparedQuery(DONE).execute(Tuple.of(userId)).map(false)
        : rewrite(connection, userId, Rows.first(rows)).map(true));
  }

  private static Future<RowSet<Row>> rewrite(SqlConnection connection, long userId, Row piece) {
    long room = piece.getLong(0);
    Tuple values = Tuple.of(room, piece.getLong(1), ROWS, userId, nameOf(userId), piece.getString(2))
        .addOffsetDateTime(piece.getOffsetDateTime(3));
    return connection.preparedQuery(RENAME).execute(values).compose(rows -> {
      Row slice = Rows.first(rows);
      return slice.getLong(0) < ROWS
          ? connection.preparedQuery(ROOM_DONE).execute(Tuple.of(userId, room, nameOf(userId)))
          : connection.preparedQuery(MOVE).execute(Tuple.of(userId, room, slice.getLong(1)));
    });
  }
}
