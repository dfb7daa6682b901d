package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.ChatApi.CommittedAll;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;

/**
 * How a room changes: in its turn, under the room's lock, which messages take as well, everything is read again,
 * decided and written together with its event; what was committed is announced to RoomVerticle before the asker is
 * answered.
 *
 * <p>Thread: any.
 */
final class RoomChanges {
  private static final String LOCK = """
      SELECT id, name, is_private, created_at, head, head_ts, message_count FROM lock_room_v1($1, $2)""";
  /** How long to wait for a lock held elsewhere; then the connection is released to others for a moment. */
  private static final int WAIT_MILLIS = 250;
  private static final long PAUSE_MILLIS = 50;
  private static final long PATIENCE_NANOS = 4_500_000_000L;

  private final Vertx vertx;
  private final Database database;
  private final Bus bus;
  private final RoomTurns turns;

  RoomChanges(Vertx vertx, Database database, Bus bus, RoomTurns turns) {
    this.vertx = vertx;
    this.database = database;
    this.bus = bus;
    this.turns = turns;
  }

  /** The outcome of a change; without events nothing had to change. */
  record Outcome<T>(T answer, List<? extends RoomEvent> events) {
    static <T> Outcome<T> of(T answer, RoomEvent event) {
      return new Outcome<>(answer, List.of(event));
    }

    static <T> Outcome<T> unchanged(T answer) {
      return new Outcome<>(answer, List.of());
    }
  }

  /** Fails with ROOM_NOT_FOUND, with BUSY, or as {@code change} does, and then nothing has changed. */
  <T> Future<T> change(long roomId, Function<LockedRoom, Future<Outcome<T>>> change) {
    long since = System.nanoTime();
    return turns.in(roomId, () -> attempt(roomId, change, since)).map(this::announce);
  }

  private <T> Future<Outcome<T>> attempt(long roomId, Function<LockedRoom, Future<Outcome<T>>> change, long since) {
    return database.transaction(connection -> connection.preparedQuery(LOCK).execute(Tuple.of(roomId, WAIT_MILLIS))
            .map(rows -> locked(connection, rows)).compose(change)
            .recover(failure -> Future.failedFuture(SqlErrors.isLocked(failure) ? new Locked() : failure)))
        .recover(failure -> failure instanceof Locked ? again(roomId, change, since) : Future.failedFuture(failure));
  }

  private <T> Future<Outcome<T>> again(long roomId, Function<LockedRoom, Future<Outcome<T>>> change, long since) {
    return System.nanoTime() - since > PATIENCE_NANOS ? Future.failedFuture(new Refused(Problem.UNAVAILABLE))
        : vertx.timer(PAUSE_MILLIS).compose(waited -> attempt(roomId, change, since));
  }

  /** Another transaction holds the room, or a row that the change writes. */
  private static final class Locked extends RuntimeException {
    private static final long serialVersionUID = 1;

    Locked() {
      super("locked", null, false, false);
    }
  }

  private static LockedRoom locked(SqlConnection connection, RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    Row row = Rows.first(rows);
    return new LockedRoom(connection, Rows.room(row, 0), row.getLong(Rows.ROOM_WIDTH),
        row.getOffsetDateTime(Rows.ROOM_WIDTH + 1), row.getLong(Rows.ROOM_WIDTH + 2));
  }

  private <T> T announce(Outcome<T> outcome) {
    if (!outcome.events().isEmpty()) {
      bus.announce(ChatApi.COMMITTED, new CommittedAll(
          outcome.events().stream().map(event -> new Committed(event, null, null)).toList()));
    }
    return outcome.answer();
  }

  /** Fails with the problem when there is one. */
  static void check(Problem problem) {
    if (problem != null) {
      throw new Refused(problem);
    }
  }
}
