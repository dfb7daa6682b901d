package io.fastroom.persistence;

import io.fastroom.model.Member;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.persistence.PersistenceApi.Flag;
import io.fastroom.persistence.PersistenceApi.SetFlag;
import io.fastroom.persistence.RoomChanges.Outcome;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Why somebody is banned or muted and until when, and the end of it: each node looks once a second for what is over, and
 * under the room's lock only one of them ends it. What was over while no node ran is ended by the first that does. A room
 * that somebody holds keeps none of the others.
 *
 * <p>Thread: any. Limits: {@value #ENDS} a look.
 */
final class Restrictions {
  private static final int ENDS = 100;

  private static final String ENDS_AT =
      "SELECT ban_until, mute_until FROM room_members WHERE room_id = $1 AND user_id = $2";
  private static final String BAN_END = "UPDATE room_members SET ban_until = $3 WHERE room_id = $1 AND user_id = $2";
  private static final String MUTE_END = "UPDATE room_members SET mute_until = $3 WHERE room_id = $1 AND user_id = $2";
  private static final String EVENT = "UPDATE room_events SET reason = $3, until = $4 WHERE room_id = $1 AND seq = $2";
  private static final String OVER = """
      (SELECT room_id, user_id FROM room_members WHERE ban_until <= {now} AND room_id <> ALL ($2)
      ORDER BY ban_until LIMIT $1)
      UNION (SELECT room_id, user_id FROM room_members WHERE mute_until <= {now} AND room_id <> ALL ($2)
      ORDER BY mute_until LIMIT $1)""".replace("{now}", BothClocks.sql("$3"));
  private static final String STATE = """
      SELECT COALESCE(ban_until <= {now}, false), COALESCE(mute_until <= {now}, false)
      FROM room_members WHERE room_id = $1 AND user_id = $2""".replace("{now}", BothClocks.sql("$3"));
  private static final String ENDED = """
      UPDATE room_members SET ban_until = CASE WHEN $3 THEN NULL ELSE ban_until END,
        mute_until = CASE WHEN $4 THEN NULL ELSE mute_until END
      WHERE room_id = $1 AND user_id = $2""";

  private final Database database;
  private final RoomChanges changes;
  /** Rooms of which something is being ended. */
  private final Set<Long> ending = ConcurrentHashMap.newKeySet();

  Restrictions(Database database, RoomChanges changes) {
    this.database = database;
    this.changes = changes;
  }

  /** Whether a ban or mute that is set does not end by itself. */
  static Future<Boolean> isEndless(LockedRoom locked, long userId, Flag flag) {
    return locked.connection.preparedQuery(ENDS_AT).execute(Tuple.of(locked.room.id(), userId))
        .map(rows -> Rows.first(rows).getValue(flag == Flag.BAN ? 0 : 1) == null);
  }

  /** Writes a ban or mute, set or lifted, with its event. */
  static Future<Outcome<Member>> save(LockedRoom locked, Member member, SetFlag q) {
    boolean sets = q.flag() == Flag.BAN ? member.isBanned() : member.isMuted();
    Instant until = sets ? q.until() : null;
    return locked.save(member).compose(saved -> {
      MemberUpdate event = (MemberUpdate) saved.events().get(0);
      List<Future<RowSet<Row>>> writes = new ArrayList<>();
      writes.add(locked.connection.preparedQuery(q.flag() == Flag.BAN ? BAN_END : MUTE_END)
          .execute(Tuple.of(locked.room.id(), member.userId(), Rows.time(until))));
      if (q.reason() != null || until != null) {
        writes.add(locked.connection.preparedQuery(EVENT)
            .execute(Tuple.of(locked.room.id(), event.seq(), q.reason(), Rows.time(until))));
      }
      Member told = event.member().because(q.reason(), until);
      RoomEvent update = new MemberUpdate(event.roomId(), event.room(), event.seq(), event.ts(), told);
      return Future.all(writes).map(Outcome.of(told, update));
    });
  }

  /** Begins to end what is over now. */
  Future<Void> end() {
    return database.query(OVER, Tuple.of(ENDS).addArrayOfLong(ending.toArray(Long[]::new))
        .addOffsetDateTime(BothClocks.node())).map(rows -> {
      Map<Long, List<Long>> over = new LinkedHashMap<>();
      rows.forEach(row -> over.computeIfAbsent(row.getLong(0), room -> new ArrayList<>()).add(row.getLong(1)));
      over.forEach(this::end);
      return null;
    });
  }

  /** One after the other, so that people's changes of the room come in between. */
  private void end(long roomId, List<Long> userIds) {
    ending.add(roomId);
    Future<?> before = Future.succeededFuture();
    for (long userId : userIds) {
      before = before.compose(done -> end(roomId, userId).otherwiseEmpty());
    }
    before.onComplete(done -> ending.remove(roomId));
  }

  private Future<Member> end(long roomId, long userId) {
    return changes.change(roomId, locked -> locked.connection.preparedQuery(STATE)
        .execute(Tuple.of(roomId, userId, BothClocks.node()))
        .compose(rows -> locked.users(userId).compose(users -> {
          Member was = LockedRoom.member(users, userId);
          return was == null || rows.size() == 0 ? Future.succeededFuture(Outcome.<Member>unchanged(was))
              : end(locked, was, Rows.first(rows).getBoolean(0), Rows.first(rows).getBoolean(1));
        })));
  }

  private static Future<Outcome<Member>> end(LockedRoom locked, Member was, boolean ban, boolean mute) {
    Member now = new Member(was.userId(), was.username(), was.isMember(), was.isModerator(), was.isBanned() && !ban,
        was.isMuted() && !mute, was.joinedAt());
    Future<RowSet<Row>> ended = locked.connection.preparedQuery(ENDED)
        .execute(Tuple.of(locked.room.id(), was.userId(), ban, mute));
    boolean same = now.isBanned() == was.isBanned() && now.isMuted() == was.isMuted();
    return ended.compose(done -> same ? Future.succeededFuture(Outcome.unchanged(was)) : locked.save(now));
  }
}
