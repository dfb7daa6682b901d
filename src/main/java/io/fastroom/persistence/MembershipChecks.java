package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.NewMembers.Admitted;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.persistence.PersistenceApi.Membership;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;

/**
 * Checks sockets that join rooms. When a node dies, all its clients reconnect at once; a query for each would fill the
 * pool's queue and most of them would be turned away, so they share queries.
 *
 * <p>Thread: any; shared by all verticles of the node.
 */
final class MembershipChecks {
  private static final int GROUP = 500;
  /** A log that has lost its end may end before the event that made the user a member: then its end suffices. */
  static final String FIND = """
      WITH asked AS (
        SELECT * FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS q(name, user_id, n)
      ), found AS MATERIALIZED (
        SELECT r.id, r.name, r.is_private, r.created_at, h.seq
        FROM (SELECT DISTINCT name FROM asked) d JOIN rooms r ON r.name = d.name JOIN room_heads h ON h.room_id = r.id
      )
      SELECT q.n, r.id, r.name, r.is_private, r.created_at, u.id, u.username, m.is_member, m.is_moderator, m.is_banned,
        m.is_muted, m.joined_at, m.user_id IS NOT NULL, LEAST(m.changed_seq, r.seq)
      FROM asked q JOIN found r ON r.name = q.name JOIN users u ON u.id = q.user_id
      LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id""";

  private final Database database;
  private final NewMembers newMembers;
  private final Gathering<EnsureMember, Row> checks = new Gathering<>(GROUP, this::find);

  MembershipChecks(Database database, NewMembers newMembers) {
    this.database = database;
    this.newMembers = newMembers;
  }

  Future<Membership> enter(EnsureMember wish) {
    return checks.ask(wish).recover(failure -> Future.failedFuture(SqlErrors.translate(failure)))
        .compose(row -> enter(row, wish));
  }

  private Future<List<Row>> find(List<EnsureMember> wishes) {
    Tuple parameters = Tuple.tuple()
        .addArrayOfString(wishes.stream().map(EnsureMember::room).toArray(String[]::new))
        .addArrayOfLong(wishes.stream().map(EnsureMember::userId).toArray(Long[]::new));
    return database.raw(Database.QUESTION_MILLIS, connection -> connection.preparedQuery(FIND).execute(parameters))
        .map(rows -> inOrder(wishes.size(), rows));
  }

  private static List<Row> inOrder(int size, RowSet<Row> rows) {
    Row[] found = new Row[size];
    rows.forEach(row -> found[row.getInteger(0) - 1] = row);
    return Arrays.asList(found);
  }

  private Future<Membership> enter(Row row, EnsureMember wish) {
    if (row == null) {
      return Future.failedFuture(new Refused(Problem.ROOM_NOT_FOUND));
    }
    Room room = Rows.room(row, 1);
    Member member = Rows.member(row, 1 + Rows.ROOM_WIDTH);
    Problem problem = Permissions.read(room, member);
    if (problem != null) {
      return Future.failedFuture(new Refused(problem));
    }
    // Nearly everyone who joins with a socket is a member already.
    return !wish.admits() || member != null && member.isMember()
        ? Future.succeededFuture(new Membership(room, member, row.getLong(1 + Rows.ROOM_WIDTH + Rows.MEMBER_WIDTH)))
        : newMembers.admit(room.id(), wish.userId()).map(Admitted::membership);
  }
}
