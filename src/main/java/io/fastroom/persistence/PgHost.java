package io.fastroom.persistence;

import io.fastroom.internals.PgPools;
import io.fastroom.internals.PgPools.Opener;
import io.fastroom.settings.DatabaseUrl;
import io.fastroom.settings.DatabaseUrl.Host;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.pgclient.PgException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

/** One address of PostgreSQL, and what has been learnt about it so far. Thread: any. */
final class PgHost {
  private final DatabaseUrl url;
  private final Host host;
  private final Opener opener;
  private final boolean[] ways;
  private final long millis;
  /** Which of the ways, with or without TLS, has succeeded. */
  private volatile int way;
  private volatile boolean pooled;
  /** Prepared statements were lost although it looked like a server of our own, so there is a pooler. */
  private volatile boolean forgetful;

  /** @param millis how long connecting may take, handshake included */
  PgHost(DatabaseUrl url, Host host, Opener opener, long millis) {
    this.url = url;
    this.host = host;
    this.opener = opener;
    this.ways = PgOptions.ways(url, host);
    this.millis = millis;
  }

  /** A connection that has been set up; completes on the given context. */
  Future<PgSession> connect(Context context) {
    Promise<PgSession> promise = PgPools.promise(context);
    long timer = context.owner().setTimer(millis, id -> promise.tryFail(new TimeoutException(host + " does not answer")));
    any(context).onComplete(result -> {
      context.owner().cancelTimer(timer);
      if (result.failed()) {
        promise.tryFail(result.cause());
      } else if (!promise.tryComplete(result.result())) {
        result.result().connection().close();
      }
    });
    return promise.future();
  }

  private Future<PgSession> any(Context context) {
    int first = way;
    return connect(context, first).recover(failure -> ways.length == 1 || !mayHelp(ways[first], failure)
        ? Future.failedFuture(failure)
        : connect(context, 1 - first).recover(second -> Future.failedFuture(
            ways[first] ? telling(second, failure) : telling(failure, second))));
  }

  private Future<PgSession> connect(Context context, int which) {
    boolean asPooled = pooled || forgetful;
    return opener.open(context, new PgOptions(url, host, ways[which], asPooled).options())
        .compose(connection -> PgSession.open(connection, this, url.session())
            .onFailure(failure -> connection.close()))
        .compose(session -> {
          way = which;
          pooled = session.pooled();
          if (asPooled || !pooled) {
            return Future.succeededFuture(session);
          }
          // From now on this is known; the first time it takes a second connection.
          session.connection().close();
          return connect(context, which);
        });
  }

  /**
   * A server that refuses connections without TLS, or one that has no TLS; poolers report this with a class of their
   * own.
   */
  private static boolean mayHelp(boolean encrypted, Throwable failure) {
    String state = SqlErrors.state(failure);
    return encrypted ? state.isEmpty() && !isUnreachable(failure) || state.equals("28000")
        : state.equals("28000") || state.equals("08P01");
  }

  private static boolean isUnreachable(Throwable failure) {
    return failure instanceof SocketException || failure instanceof UnknownHostException;
  }

  /** The server's own message if there is one, rather than that it has no TLS where none was needed. */
  private static Throwable telling(Throwable plain, Throwable encrypted) {
    return plain instanceof PgException || !(encrypted instanceof PgException) ? plain : encrypted;
  }

  /** To be called when prepared statements were missing. */
  void forget() {
    forgetful = true;
  }

  @Override
  public String toString() {
    return host.toString();
  }
}
