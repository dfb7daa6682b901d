package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.function.Function;

/**
 * Reads that may lag a little: lists and history for REST. They go to a read replica if there is one, and to the
 * primary if there is none, or if the replica does not answer or does not have the data yet. Thread: any.
 */
final class Replica {
  /** Short, so that there is time left to ask the primary. */
  private static final long MILLIS = 2_000;

  private final Database primary;
  private final Database replica;

  /** @param replica null for none */
  Replica(Database primary, Database replica) {
    this.primary = primary;
    this.replica = replica;
  }

  /** @param read may refuse; what a lagging replica refuses is asked of the primary again */
  <T> Future<T> query(String sql, Tuple parameters, Function<RowSet<Row>, T> read) {
    if (replica == null) {
      return primary.query(sql, parameters).map(read);
    }
    return replica.within(MILLIS, connection -> connection.preparedQuery(sql).execute(parameters)).map(read)
        .recover(failure -> failure instanceof Refused ? primary.query(sql, parameters).map(read)
            : Future.failedFuture(failure));
  }
}
