package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.ChatApi.CommittedAll;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
  /** How long to wait for a lock held elsewhere: a busy room is free within that. */
  private static final int WAIT_MILLIS = 100;
  /** The same for one that was not, since others wait for the connection. */
  private static final int WAIT_AGAIN_MILLIS = 20;
  static final long PAUSE_MILLIS = 50;
  private static final long PATIENCE_NANOS = 4_500_000_000L;

  private final Database database;
  private final Bus bus;
  private final RoomTurns turns;

  RoomChanges(Database database, Bus bus, RoomTurns turns) {
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
    AtomicInteger tries = new AtomicInteger();
    return turns.in(roomId, () -> attempt(roomId, tries.getAndIncrement() == 0 ? WAIT_MILLIS : WAIT_AGAIN_MILLIS, change)
        .recover(failure -> Future.failedFuture(failure instanceof RoomTurns.Held
            && System.nanoTime() - since > PATIENCE_NANOS ? new Refused(Problem.UNAVAILABLE) : failure)))
        .map(this::announce);
  }

  /** Fails with Held when another transaction holds the room, or a row that the change writes. */
  private <T> Future<Outcome<T>> attempt(long roomId, int waitMillis, Function<LockedRoom, Future<Outcome<T>>> change) {
    return database.rawTransaction(connection -> connection.preparedQuery(LOCK).execute(Tuple.of(roomId, waitMillis))
            .map(rows -> locked(connection, rows)).compose(change))
        .recover(failure -> Future.failedFuture(
            SqlErrors.isLocked(failure) ? new RoomTurns.Held() : SqlErrors.translate(failure)));
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
