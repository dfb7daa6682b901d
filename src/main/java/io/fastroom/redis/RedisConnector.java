package io.fastroom.redis;

import io.fastroom.settings.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Opens connections to what REDIS_URL names. Every connection has a client of its own: closing that client closes the
 * socket whatever state it is in, while closing a connection would put a dead socket back into the client's pool.
 *
 * <p>Thread: the context that made it. Limits: every attempt ends within {@link #OPEN_MILLIS}.
 */
public final class RedisConnector {
  static final long OPEN_MILLIS = 2_500;
  /** Answers awaited on one connection. */
  static final int MAX_WAITING = 65_536;

  private final Vertx vertx;
  private final boolean oneServer;
  private RedisUrl url;
  private boolean detected;
  private int attempt;

  private RedisConnector(Vertx vertx, RedisUrl url, boolean oneServer) {
    this.vertx = vertx;
    this.url = url;
    this.oneServer = oneServer;
    this.detected = url.kind() != RedisUrl.Kind.SINGLE;
  }

  /** For commands with keys: of a cluster, the right server for each. */
  public static RedisConnector forKeys(Vertx vertx, RedisUrl url) {
    return new RedisConnector(vertx, url, false);
  }

  /** For pub/sub: of a cluster, one server, another at each attempt; they pass messages on to one another. */
  public static RedisConnector forChannels(Vertx vertx, RedisUrl url) {
    return new RedisConnector(vertx, url, true);
  }

  /** A connection that answered; {@link #close} ends it at once. */
  record Open(Redis client, RedisConnection connection) {
    Future<Void> close() {
      return client.close();
    }
  }

  /** Whether keys must be kept together by braces; known after the first connection. */
  public boolean cluster() {
    return url.kind() == RedisUrl.Kind.CLUSTER;
  }

  /** Whether one connection is to all servers of a cluster. */
  boolean spread() {
    return cluster() && !oneServer;
  }

  public RedisUrl url() {
    return url;
  }

  Future<Open> open() {
    if (url.kind() == RedisUrl.Kind.SENTINEL) {
      return new MasterLookup(vertx, url, this::single).find(attempt++)
          .compose(this::options)
          .compose(this::open)
          .compose(this::fit);
    }
    return options().compose(this::open).compose(this::detect).compose(this::fit);
  }

  private Future<Open> open(RedisOptions options) {
    Redis client = Redis.createClient(vertx, options);
    // A server that still loads its data is none yet.
    return client.connect()
        .compose(connection -> connection.send(Request.cmd(Command.PING)).map(new Open(client, connection)))
        .timeout(OPEN_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(failure -> client.close());
  }

  private Future<Open> fit(Open open) {
    return isFit(open.connection()::send)
        .timeout(OPEN_MILLIS, TimeUnit.MILLISECONDS)
        .compose(fit -> fit ? Future.succeededFuture(open)
            : Future.<Open>failedFuture("the server at this address is " + (cluster() ? "of no cluster" : "a replica")))
        .onFailure(failure -> open.close());
  }

  /**
   * A server that has become somebody's replica takes nothing. In a cluster they sort that out themselves, but one that
   * was removed passes on nothing.
   */
  Future<Boolean> isFit(Function<Request, Future<Response>> send) {
    if (spread()) {
      return Future.succeededFuture(true);
    }
    return cluster() ? ServerRole.isOfCluster(send) : ServerRole.isMaster(send);
  }

  /** Fails when a master of the cluster does not answer. Connections to them do not tell whose they are. */
  Future<Void> mastersAnswer() {
    Future<Set<String>> masters = Future.failedFuture("no endpoint");
    for (String endpoint : url.endpoints()) {
      masters = masters.recover(next -> options(endpoint).compose(this::open)
          .compose(open -> masters(open.connection()::send).timeout(OPEN_MILLIS, TimeUnit.MILLISECONDS)
              .onComplete(asked -> open.close())));
    }
    return masters.compose(all -> Future.all(all.stream()
        .map(master -> options(master).compose(this::open).compose(Open::close)).toList())).mapEmpty();
  }

  /** @param send to a server of the cluster; @return URLs */
  public Future<Set<String>> masters(Function<Request, Future<Response>> send) {
    return send.apply(Request.cmd(Command.CLUSTER).arg("SLOTS")).map(slots -> {
      Set<String> masters = new HashSet<>();
      for (Response range : slots) {
        Response master = range.get(2);
        String host = master.get(0) == null ? "" : master.get(0).toString();
        masters.add(RedisUrl.at(url.endpoints().get(0), host, master.get(1).toInteger()));
      }
      return masters;
    });
  }

  private Future<RedisOptions> options(String endpoint) {
    return HostNames.resolved(vertx, endpoint).map(this::single);
  }

  /** A single address may be one of a cluster's. */
  private Future<Open> detect(Open open) {
    if (detected) {
      return Future.succeededFuture(open);
    }
    return open.connection().send(Request.cmd(Command.INFO).arg("cluster"))
        .map(info -> info.toString().contains("cluster_enabled:1"))
        .otherwise(false)
        .timeout(OPEN_MILLIS, TimeUnit.MILLISECONDS)
        .onFailure(failure -> open.close())
        .compose(cluster -> {
          detected = true;
          if (!cluster) {
            return Future.succeededFuture(open);
          }
          url = url.asCluster();
          return open.close().compose(closed -> options()).compose(this::open);
        });
  }

  private RedisOptions single(String endpoint) {
    RedisOptions options = bare().setType(RedisClientType.STANDALONE).setConnectionString(endpoint);
    return url.isSocket() ? options.setUser(url.user()).setPassword(url.password()) : options;
  }

  private RedisOptions bare() {
    NetClientOptions net = new NetClientOptions().setConnectTimeout((int) OPEN_MILLIS).setTcpNoDelay(true)
        .setHostnameVerificationAlgorithm("HTTPS");
    if (url.authority() != null) {
      net.setTrustOptions(new PemTrustOptions().addCertPath(url.authority()));
    }
    return new RedisOptions().setNetClientOptions(net).setMaxWaitingHandlers(MAX_WAITING)
        .setPoolCleanerInterval(-1).setPoolRecycleTimeout(-1).setMaxPoolSize(4).setMaxPoolWaiting(64);
  }

  private Future<RedisOptions> options() {
    if (url.kind() == RedisUrl.Kind.SINGLE || oneServer) {
      return options(url.endpoints().get(attempt++ % url.endpoints().size()));
    }
    RedisOptions options = bare().setType(RedisClientType.CLUSTER).setHashSlotCacheTTL(10_000);
    List<Future<String>> endpoints =
        url.endpoints().stream().map(endpoint -> HostNames.resolved(vertx, endpoint)).toList();
    // Another one first at each attempt: the library asks one after the other, and a frozen one takes all the time.
    int first = attempt++ % endpoints.size();
    return Future.all(endpoints).map(all -> {
      for (int i = 0; i < endpoints.size(); i++) {
        options.addConnectionString(endpoints.get((first + i) % endpoints.size()).result());
      }
      return options;
    });
  }
}
