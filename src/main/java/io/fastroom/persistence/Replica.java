package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * Reads that may lag a little behind: listings and history for REST. They go to a read replica when there is one, and to
 * the primary when there is none or it does not answer. Thread: any.
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

  Future<RowSet<Row>> query(String sql, Tuple parameters) {
    if (replica == null) {
      return primary.query(sql, parameters);
    }
    return replica.within(MILLIS, connection -> connection.preparedQuery(sql).execute(parameters))
        .recover(failure -> failure instanceof Refused refused && refused.problem() == Problem.UNAVAILABLE
            ? primary.query(sql, parameters) : Future.failedFuture(failure));
  }
}
