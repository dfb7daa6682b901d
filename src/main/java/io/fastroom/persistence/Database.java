package io.fastroom.persistence;

import io.fastroom.internals.SqlConnections;
import io.fastroom.model.Problem;
import io.fastroom.settings.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of connections whose every use has a deadline: PostgreSQL gone, frozen or behind a black hole alike fails with
 * {@link Problem#UNAVAILABLE} in time, the connection is thrown away and the next use makes a new one.
 *
 * <p>What a statement may assume: the search path and the limits of the session, and nothing else of it. Between two
 * transactions a pooler may give the session to somebody else, so there is no SET, no LISTEN, no advisory lock, no
 * temporary table and no PREPARE that outlives the transaction. Behind a pooler each use of a connection is one
 * transaction, also where its statements would each be one of their own otherwise; none of them may begin or commit one.
 *
 * <p>Thread: any; answers come on the caller's context.
 */
final class Database {
  /** From the question to the answer, the wait for a connection included. */
  static final long QUESTION_MILLIS = 5_000;
  private static final int CONNECTION_MILLIS = 4_000;
  private static final int MAX_WAITING = 2_000;
  private static final int MAX_REASONS = 8;
  private static final long FAILING_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.persistence");

  private final Vertx vertx;
  private final Pool pool;
  private final String name;
  /** Why it is away, each reason once; empty when it is not. */
  private final Set<String> reasons = ConcurrentHashMap.newKeySet();
  /** By {@link System#nanoTime}. */
  private volatile long brokenAt = System.nanoTime() - FAILING_NANOS;
  private volatile long failedAt = System.nanoTime() - FAILING_NANOS;
  private volatile boolean refused;
  private volatile boolean unanswered;

  Database(Vertx vertx, DatabaseUrl url, int size, String name) {
    this.vertx = vertx;
    this.name = name + " " + url;
    // Only a connection that hangs while it is being made lives longer than the pool's idle ones without a byte read.
    NetClientOptions net = new NetClientOptions()
        .setConnectTimeout(url.connectSeconds() > 0 ? url.connectSeconds() * 1000 : CONNECTION_MILLIS)
        .setTcpKeepAlive(url.keepAlive()).setTcpUserTimeout(url.userTimeoutMillis()).setReadIdleTimeout(30);
    PoolOptions options = new PoolOptions().setName(name).setMaxSize(size).setMaxWaitQueueSize(MAX_WAITING)
        .setConnectionTimeout(CONNECTION_MILLIS).setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
        .setIdleTimeout(15).setIdleTimeoutUnit(TimeUnit.SECONDS);
    this.pool = PgHosts.pool(vertx, url, options, net, CONNECTION_MILLIS);
  }

  /** One statement in a transaction of its own. */
  Future<RowSet<Row>> query(String sql, Tuple parameters) {
    return within(QUESTION_MILLIS, connection -> connection.preparedQuery(sql).execute(parameters));
  }

  /** All or nothing. The begin travels with the first statement. A failed work is rolled back and fails the same way. */
  <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
    return rawTransaction(work).recover(Database::translated);
  }

  /** The same, but failures come as they are, that of the commit too, which may have to wait for a lock. */
  <T> Future<T> rawTransaction(Function<SqlConnection, Future<T>> work) {
    return leased(QUESTION_MILLIS, connection -> inTransaction(connection, work));
  }

  private static <T> Future<T> inTransaction(SqlConnection connection, Function<SqlConnection, Future<T>> work) {
    connection.begin();
    // Behind a pooler, for this transaction. It travels with the begin.
    if (PgSession.of(connection).pooled()) {
      connection.query(PgSession.of(connection).first()).execute();
    }
    return Future.succeededFuture(connection).compose(work).compose(
        result -> connection.transaction().commit().map(result),
        failure -> rollback(connection, failure));
  }

  private static <T> Future<T> rollback(SqlConnection connection, Throwable failure) {
    if (SqlErrors.breaksConnection(failure)) {
      return Future.failedFuture(failure);
    }
    return connection.transaction().rollback().transform(ignored -> Future.failedFuture(failure));
  }

  /** Reads of one and the same moment: all statements are to be sent at once. */
  <T> Future<T> snapshot(Function<SqlConnection, Future<T>> reads) {
    return this.<T>leased(QUESTION_MILLIS, connection -> {
      connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute();
      if (PgSession.of(connection).pooled()) {
        connection.query(PgSession.of(connection).local()).execute();
      }
      Future<T> read = reads.apply(connection);
      Future<RowSet<Row>> end = connection.query("COMMIT").execute();
      return end.transform(ignored -> read);
    }).recover(Database::translated);
  }

  /** Uses a connection for so long at most; fails as {@link SqlErrors#translate} says, UNAVAILABLE after {@code millis}. */
  <T> Future<T> within(long millis, Function<SqlConnection, Future<T>> use) {
    return raw(millis, use).recover(Database::translated);
  }

  /** The same, but failures come as they are; one that is no answer of PostgreSQL leaves open what was committed. */
  <T> Future<T> raw(long millis, Function<SqlConnection, Future<T>> use) {
    return leased(millis,
        connection -> PgSession.of(connection).pooled() ? inTransaction(connection, use) : use.apply(connection));
  }

  private static <T> Future<T> translated(Throwable failure) {
    return Future.failedFuture(SqlErrors.translate(failure));
  }

  private <T> Future<T> leased(long millis, Function<SqlConnection, Future<T>> use) {
    Use<T> once = new Use<>(use);
    once.timer = vertx.setTimer(millis, id -> once.expire());
    pool.getConnection().onComplete(result -> {
      if (result.succeeded()) {
        once.begin(result.result());
      } else {
        once.fail(new NoConnection(result.cause()));
      }
    });
    return once.promise.future();
  }

  /**
   * Whether a statement has failed within the last seconds for a reason that no question can be blamed for, or the server
   * gives no connection at all.
   */
  boolean isFailing() {
    return System.nanoTime() - failedAt < FAILING_NANOS || refused;
  }

  /** Whether the server has refused another connection, and nothing has succeeded since. */
  boolean isRefused() {
    return refused;
  }

  /** Whether a statement was given up that had got no answer, since {@link #forgive}. */
  boolean isUnanswered() {
    return unanswered;
  }

  void forgive() {
    unanswered = false;
  }

  void doubt() {
    unanswered = true;
  }

  Future<Void> close() {
    return pool.close();
  }

  /** No connection could be had, for whatever reason: nothing was sent. */
  static final class NoConnection extends VertxException {
    private static final long serialVersionUID = 1;

    NoConnection(Throwable cause) {
      super(cause.getMessage(), cause, true);
    }
  }

  /** One use of one connection. Runs on the context of the asker. */
  private final class Use<T> {
    private final Function<SqlConnection, Future<T>> use;
    private final Promise<T> promise = Promise.promise();
    private SqlConnection connection;
    private long timer;

    Use(Function<SqlConnection, Future<T>> use) {
      this.use = use;
    }

    void begin(SqlConnection given) {
      if (promise.future().isComplete()) {
        given.close();
        return;
      }
      connection = given;
      connection.exceptionHandler(failure -> LOG.debug("{}: {}", name, failure.getMessage()));
      Future.succeededFuture(connection).compose(use).onComplete(result -> {
        if (result.succeeded()) {
          release(false);
          succeed(result.result());
        } else {
          if (connection != null && SqlErrors.lostStatement(result.cause())) {
            PgSession.of(connection).host().forget();
          }
          release(SqlErrors.breaksConnection(result.cause()));
          fail(result.cause());
        }
      });
    }

    void expire() {
      unanswered |= connection != null;
      release(true);
      fail(new TimeoutException("no answer in time"));
    }

    private void release(boolean broken) {
      if (connection != null) {
        if (broken) {
          SqlConnections.kill(connection);
        }
        connection.close();
        connection = null;
      }
    }

    private void succeed(T answer) {
      refused = false;
      if (promise.tryComplete(answer)) {
        vertx.cancelTimer(timer);
        if (!reasons.isEmpty() && System.nanoTime() - brokenAt >= FAILING_NANOS) {
          reasons.clear();
          LOG.info("{} is back", name);
        }
      }
    }

    private void fail(Throwable failure) {
      if (SqlErrors.isServersFault(failure)) {
        failedAt = System.nanoTime();
      } else if (failure instanceof NoConnection && failure.getCause() instanceof PgException) {
        refused = true;
      }
      if (promise.tryFail(failure)) {
        vertx.cancelTimer(timer);
        if (SqlErrors.breaksConnection(failure)) {
          tell(SqlErrors.words(failure));
        }
      }
    }
  }

  /** Each reason once until nothing fails: of a server that has become read-only, say, reads succeed in between. */
  private void tell(String why) {
    brokenAt = System.nanoTime();
    if (reasons.size() < MAX_REASONS && reasons.add(why)) {
      LOG.warn("{} is away: {}", name, why);
    }
  }
}
