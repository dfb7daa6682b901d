package io.fastroom.persistence;

import io.fastroom.internals.PgPools;
import io.fastroom.internals.PgPools.Opener;
import io.fastroom.settings.DatabaseUrl;
import io.fastroom.settings.DatabaseUrl.Target;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.List;

/**
 * Makes the pool's connections: to the first of the URL's hosts that answers and is what the URL asks for. The last
 * good host is tried first, and every connection is checked again, so the primary is found again after a failover.
 *
 * <p>Thread: any.
 */
final class PgHosts {
  private final Target target;
  private final List<PgHost> hosts;
  private volatile int good;

  private PgHosts(DatabaseUrl url, Opener opener, long millis) {
    this.target = url.target() == null ? Target.ANY : url.target();
    long each = url.connectSeconds() > 0 ? url.connectSeconds() * 1000L : Math.max(1_000, millis / url.hosts().size());
    this.hosts = url.hosts().stream().map(host -> new PgHost(url, host, opener, each)).toList();
  }

  /** @param millis for all hosts together, unless the URL says how long each of them has */
  static Pool pool(Vertx vertx, DatabaseUrl url, PoolOptions options, NetClientOptions net, long millis) {
    return PgPools.pool(vertx, options, net, opener -> new PgHosts(url, opener, millis)::connect);
  }

  private Future<PgConnection> connect(Context context) {
    return from(context, good, 0, target, null)
        .recover(failure -> target == Target.PREFER_STANDBY ? from(context, good, 0, Target.ANY, failure)
            : Future.failedFuture(failure));
  }

  private Future<PgConnection> from(Context context, int first, int tried, Target wanted, Throwable before) {
    if (tried == hosts.size()) {
      return Future.failedFuture(before);
    }
    int number = (first + tried) % hosts.size();
    return hosts.get(number).connect(context).compose(session -> {
      Target ask = wanted == Target.PREFER_STANDBY ? Target.STANDBY : wanted;
      if (ask.takes(session.inRecovery(), session.readOnly())) {
        good = number;
        return Future.succeededFuture(session.connection());
      }
      session.connection().close();
      return Future.failedFuture(new WrongServer(session, wanted));
    }).recover(failure -> from(context, first, tried + 1, wanted, telling(before, failure)));
  }

  /** An answer from a server says more than a server that is not there. */
  private static Throwable telling(Throwable before, Throwable failure) {
    return before == null || SqlErrors.state(before).isEmpty() && !SqlErrors.state(failure).isEmpty() ? failure : before;
  }

  /** A host that answers but is not what was asked for. */
  static final class WrongServer extends VertxException {
    private static final long serialVersionUID = 1;

    WrongServer(PgSession session, Target wanted) {
      super(session.host() + " is " + (session.inRecovery() ? "a standby" : session.readOnly() ? "read-only" : "a primary")
          + ", and " + wanted.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + " is asked for", true);
    }
  }
}
