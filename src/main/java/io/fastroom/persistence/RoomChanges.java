package io.fastroom.persistence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.PersistenceApi.CommittedAll;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;

/**
 * How a room changes: the room's row is locked first, then everything is read anew, decided and written together with
 * its event; what was committed is told to the room's verticle before the asker is answered. Thread: any.
 */
final class RoomChanges {
  private static final String LOCK = "SELECT " + Rows.ROOM + ", r.head_seq FROM rooms r WHERE r.id = $1 FOR UPDATE";

  private final Database database;
  private final Bus bus;

  RoomChanges(Database database, Bus bus) {
    this.database = database;
    this.bus = bus;
  }

  /** What a change came to; without events nothing had to change. */
  record Outcome<T>(T answer, List<? extends RoomEvent> events) {
    static <T> Outcome<T> of(T answer, RoomEvent event) {
      return new Outcome<>(answer, List.of(event));
    }

    static <T> Outcome<T> unchanged(T answer) {
      return new Outcome<>(answer, List.of());
    }
  }

  /** Fails with ROOM_NOT_FOUND, or as {@code change} does, and then nothing has changed. */
  <T> Future<T> change(long roomId, Function<LockedRoom, Future<Outcome<T>>> change) {
    return database.transaction(connection -> connection.preparedQuery(LOCK).execute(Tuple.of(roomId))
            .map(rows -> locked(connection, rows)).compose(change))
        .map(this::announce);
  }

  private static LockedRoom locked(SqlConnection connection, RowSet<Row> rows) {
    if (rows.size() == 0) {
      throw new Refused(Problem.ROOM_NOT_FOUND);
    }
    Row row = Rows.first(rows);
    return new LockedRoom(connection, Rows.room(row, 0), row.getLong(Rows.ROOM_WIDTH));
  }

  private <T> T announce(Outcome<T> outcome) {
    if (!outcome.events().isEmpty()) {
      bus.tell(PersistenceApi.COMMITTED, new CommittedAll(
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
