package io.fastroom.persistence;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;

/**
 * What the database remembers of a lane's batches (table {@code append_batches}), for as long as an attempt at one of
 * them may still be under way on an abandoned connection. One context.
 */
final class AppendedBatches {
  /** Longer than the time after a message's arrival in which any attempt may begin. */
  private static final long KEEP_NANOS = 4 * ChatWriter.ANSWER_MILLIS * 1_000_000;
  private static final String FORGET = "DELETE FROM append_batches WHERE lane = $1 AND batch > $2 AND batch <= $3";

  private final Database database;
  private final long lane;
  private long forgotten;
  private long old;
  private long markedAt = System.nanoTime();

  AppendedBatches(Database database, long lane) {
    this.database = database;
    this.lane = lane;
  }

  /** Whether a batch failed because another attempt at it was committed. */
  static boolean isCommitted(Throwable failure) {
    return failure instanceof PgException error && "append_batches_pkey".equals(error.getConstraint());
  }

  /** From time to time removes what is too old to be asked for; never fails. */
  Future<Void> forget(long lastNumber) {
    if (System.nanoTime() - markedAt < KEEP_NANOS) {
      return Future.succeededFuture();
    }
    long upTo = old;
    old = lastNumber;
    markedAt = System.nanoTime();
    if (upTo == forgotten) {
      return Future.succeededFuture();
    }
    // What could not be removed goes later, with the rows of nodes that no longer exist.
    Tuple range = Tuple.of(lane, forgotten, upTo);
    forgotten = upTo;
    return database.query(FORGET, range).<Void>mapEmpty().otherwiseEmpty();
  }
}
