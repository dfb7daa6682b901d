package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.LogApi.ReadLog;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether what a node does all the time can be done: the statements of joins, of the log and of chat themselves, for
 * nobody and with nothing written; and that none of those for somebody has failed for a reason that lies in the server, or
 * waits there to be committed.
 *
 * <p>Thread: any.
 */
final class HotPath {
  private static final long MILLIS = 2_000;
  /** All of it is done as often while it succeeds, and one statement every time. */
  private static final long WHOLE_NANOS = TimeUnit.SECONDS.toNanos(2);
  /**
   * Commits of ours that have waited for long; by a clock that may be set. Nobody sees them, and those who were told that
   * they failed leave them behind.
   */
  private static final String WAITING = """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = current_user AND state = 'active' AND wait_event = 'SyncRep'
        AND state_change NOT BETWEEN clock_timestamp() - interval '2 seconds' AND clock_timestamp()""";
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.persistence");

  private final Database rooms;
  private final List<Database> all;
  private final EventLog log;
  private volatile String said = "";
  private volatile long wholeFrom = System.nanoTime();

  /** @param rooms connections that nothing else may take; @param all what the node uses to write */
  HotPath(Database rooms, List<Database> all, EventLog log) {
    this.rooms = rooms;
    this.all = all;
    this.log = log;
  }

  /** Fails when it cannot, or when a statement has failed for that reason within the last seconds. */
  Future<Void> check() {
    if (all.stream().anyMatch(Database::isRefused)) {
      return connections().compose(given -> check());
    }
    if (all.stream().anyMatch(Database::isFailing)) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    }
    if (all.stream().anyMatch(Database::isUnanswered)) {
      return commits().compose(none -> check()).recover(this::tell);
    }
    long now = System.nanoTime();
    if (now - wholeFrom < 0) {
      return join().<Void>mapEmpty().recover(this::tell);
    }
    return Future.all(chat(), join(), log.read(new ReadLog(0, 0, 1)).<Object>map(page -> page)
        .recover(HotPath::unlessThereIsNone)).<Void>mapEmpty().onSuccess(done -> {
          said = "";
          wholeFrom = now + WHOLE_NANOS;
        }).recover(this::tell);
  }

  /** Of those that were refused one: whoever needs it next must not be the one who finds out. */
  private Future<?> connections() {
    return Future.all(all.stream().filter(Database::isRefused)
        .map(each -> each.within(MILLIS, connection -> connection.query("SELECT 1").execute())).toList());
  }

  /** What goes unanswered may be slow, or wait to be committed, which no look that writes nothing would notice. */
  private Future<Void> commits() {
    all.forEach(Database::forgive);
    return rooms.within(MILLIS, connection -> connection.query(WAITING).execute()).compose(waiting -> {
      if (Rows.first(waiting).getLong(0) == 0) {
        return Future.succeededFuture();
      }
      all.forEach(Database::doubt);
      return Future.failedFuture(new IllegalStateException("commits wait for a synchronous standby"));
    });
  }

  private Future<?> join() {
    return rooms.within(MILLIS, connection -> connection.preparedQuery(MembershipChecks.FIND).execute(
        Tuple.tuple().addArrayOfString(new String[0]).addArrayOfLong(new Long[0])));
  }

  /** Once for each reason in a row: it is looked at twice a second. */
  private Future<Void> tell(Throwable failure) {
    wholeFrom = System.nanoTime();
    String why = SqlErrors.words(failure);
    if (!(failure instanceof Refused) && !why.equals(said)) {
      said = why;
      LOG.error("the node's own statements fail: {}", why);
    }
    return Future.failedFuture(new Refused(Problem.UNAVAILABLE));
  }

  private static Future<Object> unlessThereIsNone(Throwable failure) {
    return failure instanceof Refused refused && refused.problem() == Problem.ROOM_NOT_FOUND
        ? Future.succeededFuture() : Future.failedFuture(failure);
  }

  /** A batch for a room that is none, rolled back. */
  private Future<Void> chat() {
    return rooms.transaction(connection -> connection.preparedQuery(ChatBatch.APPEND).execute(ChatBatch.forNobody())
            .<Void>compose(done -> Future.failedFuture(new Undone())))
        .recover(failure -> failure instanceof Undone ? Future.succeededFuture() : Future.failedFuture(failure));
  }

  /** All is well, and is to be rolled back; not one of those that mean a broken connection. */
  private static final class Undone extends RuntimeException {
    private static final long serialVersionUID = 1;

    Undone() {
      super("undone", null, false, false);
    }
  }
}
