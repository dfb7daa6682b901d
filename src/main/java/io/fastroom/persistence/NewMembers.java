package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Problem;
import io.fastroom.persistence.PersistenceApi.Membership;
import io.fastroom.persistence.UnreadApi.Moved;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;

/**
 * Users who join a public room on their own. Joining is not an event of the room's log and does not take the room's
 * lock, so a hundred thousand users may join at once. Thread: any; shared by all verticles of the node.
 */
final class NewMembers {
  private static final int GROUP = 200;
  private static final int WAIT_MILLIS = 50;
  private static final long PAUSE_MILLIS = 100;
  private static final long PATIENCE_NANOS = 4_500_000_000L;
  private static final String ADD = """
      SELECT nth, outcome, retry_millis, room_id, name, is_private, created_at, user_id, username, is_moderator,
        is_muted, joined_at, seq
      FROM add_members_v1($1, $2, $3, $4, $5, $6)""";

  private final Vertx vertx;
  private final Database database;
  private final Bus bus;
  private final int moves;
  private final Gathering<Newcomer, Row> newcomers = new Gathering<>(GROUP, this::add);

  /** @param moves how often a user may join and leave a room within a minute, over all nodes; 0 is no limit */
  NewMembers(Vertx vertx, Database database, Bus bus, int moves) {
    this.vertx = vertx;
    this.database = database;
    this.bus = bus;
    this.moves = moves;
  }

  private record Newcomer(long roomId, long userId) { }

  /** @param isNew whether it was this call that made the user a member */
  record Admitted(Membership membership, boolean isNew) { }

  /** Fails with ROOM_NOT_FOUND, USER_NOT_FOUND, BANNED, RATE_LIMITED, TOO_MANY_MEMBERSHIPS or ROOM_FULL. */
  Future<Admitted> admit(long roomId, long userId) {
    Newcomer newcomer = new Newcomer(roomId, userId);
    return decide(newcomer, newcomers.ask(newcomer), System.nanoTime())
        .recover(failure -> Future.failedFuture(SqlErrors.translate(failure)));
  }

  private Future<List<Row>> add(List<Newcomer> group) {
    Tuple parameters = Tuple.tuple()
        .addArrayOfLong(group.stream().map(Newcomer::roomId).toArray(Long[]::new))
        .addArrayOfLong(group.stream().map(Newcomer::userId).toArray(Long[]::new))
        .addInteger(moves).addLong(Limits.MEMBERSHIPS_OF_A_USER).addLong(Limits.MEMBERS_OF_A_ROOM).addInteger(WAIT_MILLIS);
    return database.raw(Database.QUESTION_MILLIS, connection -> connection.preparedQuery(ADD).execute(parameters))
        .map(rows -> inOrder(group.size(), rows));
  }

  private static List<Row> inOrder(int size, RowSet<Row> rows) {
    Row[] byNth = new Row[size];
    rows.forEach(row -> byNth[row.getLong(0).intValue() - 1] = row);
    return Arrays.asList(byNth);
  }

  private Future<Admitted> decide(Newcomer newcomer, Future<Row> asked, long since) {
    return asked.compose(row -> switch (row.getInteger(1)) {
      case 0 -> {
        bus.announce(UnreadApi.MOVED, new Moved(List.of(newcomer.userId())));
        yield Future.succeededFuture(new Admitted(membership(row), true));
      }
      case 1 -> Future.succeededFuture(new Admitted(membership(row), false));
      case 2 -> refused(Problem.ROOM_NOT_FOUND);
      case 3 -> refused(Problem.USER_NOT_FOUND);
      case 4 -> refused(Problem.BANNED);
      case 5 -> Future.failedFuture(Limits.tooManyMoves(row.getLong(2)));
      case 7 -> refused(Problem.TOO_MANY_MEMBERSHIPS);
      case 8 -> refused(Problem.ROOM_FULL);
      default -> again(newcomer, since);
    }, failure -> SqlErrors.isLocked(failure) ? again(newcomer, since) : Future.failedFuture(failure));
  }

  /** Another transaction holds a row of this question only, so it is asked again alone. */
  private Future<Admitted> again(Newcomer newcomer, long since) {
    return System.nanoTime() - since > PATIENCE_NANOS ? refused(Problem.UNAVAILABLE)
        : vertx.timer(PAUSE_MILLIS).compose(waited -> decide(newcomer, newcomers.askAlone(newcomer), since));
  }

  private static Future<Admitted> refused(Problem problem) {
    return Future.failedFuture(new Refused(problem));
  }

  private static Membership membership(Row row) {
    Member member = new Member(row.getLong(7), row.getString(8), true, row.getBoolean(9), false, row.getBoolean(10),
        Rows.instant(row, 11));
    return new Membership(Rows.room(row, 3), member, row.getLong(12));
  }
}
