package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Permissions;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.PersistenceApi.EnsureMember;
import io.fastroom.persistence.PersistenceApi.Membership;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Sockets on their way into rooms. All of a node's clients come back at once when another node dies; a query for each
 * would fill the pool's queue and turn most of them away. So whoever comes while a query is under way shares the next.
 *
 * <p>Thread: any; shared by all verticles of the node.
 */
final class MembershipChecks {
  private static final int GROUP = 500;
  private static final String FIND = "SELECT q.n, " + Rows.ROOM + ", " + Rows.MEMBER + """
      , m.changed_seq FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY q(name, user_id, n)
      JOIN rooms r ON r.name = q.name JOIN users u ON u.id = q.user_id
      LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id""";

  private final Database database;
  private final NewMembers admissions;
  /** Guarded by this, as is {@link #asking}. */
  private final Queue<JoinRequest> waiting = new ArrayDeque<>();
  private boolean asking;

  MembershipChecks(Database database, NewMembers admissions) {
    this.database = database;
    this.admissions = admissions;
  }

  private record JoinRequest(EnsureMember wish, Promise<Membership> answer) { }

  Future<Membership> enter(EnsureMember wish) {
    JoinRequest entrant = new JoinRequest(wish, Promise.promise());
    if (isFirst(entrant)) {
      next();
    }
    return entrant.answer().future();
  }

  private synchronized boolean isFirst(JoinRequest entrant) {
    waiting.add(entrant);
    boolean first = !asking;
    asking = true;
    return first;
  }

  private synchronized List<JoinRequest> take() {
    List<JoinRequest> group = new ArrayList<>();
    while (!waiting.isEmpty() && group.size() < GROUP) {
      group.add(waiting.poll());
    }
    asking = !group.isEmpty();
    return group;
  }

  private void next() {
    List<JoinRequest> group = take();
    if (group.isEmpty()) {
      return;
    }
    Tuple parameters = Tuple.tuple()
        .addArrayOfString(group.stream().map(entrant -> entrant.wish().room()).toArray(String[]::new))
        .addArrayOfLong(group.stream().map(entrant -> entrant.wish().userId()).toArray(Long[]::new));
    database.query(FIND, parameters).onComplete(found -> {
      next();
      if (found.succeeded()) {
        answer(group, found.result());
      } else {
        group.forEach(entrant -> entrant.answer().fail(found.cause()));
      }
    });
  }

  private void answer(List<JoinRequest> group, RowSet<Row> rows) {
    Row[] found = new Row[group.size()];
    rows.forEach(row -> found[row.getInteger(0) - 1] = row);
    for (int i = 0; i < found.length; i++) {
      JoinRequest entrant = group.get(i);
      enter(found[i], entrant.wish().userId()).onComplete(entrant.answer());
    }
  }

  private Future<Membership> enter(Row row, long userId) {
    if (row == null) {
      return Future.failedFuture(new Refused(Problem.ROOM_NOT_FOUND));
    }
    Room room = Rows.room(row, 1);
    Member member = Rows.member(row, 1 + Rows.ROOM_WIDTH);
    Problem problem = Permissions.read(room, member);
    if (problem != null) {
      return Future.failedFuture(new Refused(problem));
    }
    // Nearly everyone who enters is a member already.
    return member != null && member.isMember()
        ? Future.succeededFuture(new Membership(room, member, row.getLong(1 + Rows.ROOM_WIDTH + Rows.MEMBER_WIDTH)))
        : admissions.admit(room.id(), userId, Permissions::read);
  }
}
