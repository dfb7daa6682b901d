package io.fastroom.redis;

import io.fastroom.settings.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Asks sentinels who the master is, one after the other until one knows. Their login is their own, if the URL has one;
 * else none, or that of the servers where they ask for it.
 *
 * <p>Limits: a sentinel answers within {@link #SENTINEL_MILLIS}.
 */
final class MasterLookup {
  private static final long SENTINEL_MILLIS = 1_000;

  private final Vertx vertx;
  private final RedisUrl url;
  private final Function<String, RedisOptions> options;

  /** @param options of a connection to one address */
  MasterLookup(Vertx vertx, RedisUrl url, Function<String, RedisOptions> options) {
    this.vertx = vertx;
    this.url = url;
    this.options = options;
  }

  /** @param first which sentinel to begin with; @return the master's address as a URL */
  Future<String> find(int first) {
    Future<String> found = Future.failedFuture("no sentinel");
    int many = url.endpoints().size();
    for (int i = 0; i < many; i++) {
      String sentinel = url.endpoints().get((first + i) % many);
      found = found.recover(next -> ask(sentinel));
    }
    return found;
  }

  private Future<String> ask(String sentinel) {
    if (url.sentinelLogin() != null) {
      return ask(sentinel, url.sentinelLogin());
    }
    return ask(sentinel, "").recover(failure ->
        !url.login().isEmpty() && String.valueOf(failure.getMessage()).startsWith("NOAUTH")
            ? ask(sentinel, url.login()) : Future.failedFuture(failure));
  }

  private Future<String> ask(String sentinel, String login) {
    return HostNames.resolved(vertx, sentinel.replace("://", "://" + login)).compose(this::askAt);
  }

  private Future<String> askAt(String sentinel) {
    Redis client = Redis.createClient(vertx, options.apply(sentinel));
    return client.connect()
        .compose(connection -> connection.send(
            Request.cmd(Command.SENTINEL).arg("GET-MASTER-ADDR-BY-NAME").arg(url.master())))
        .compose(address -> address == null ? Future.failedFuture("no sentinel knows a master of that name")
            : Future.succeededFuture(url.named(address.get(0).toString(), address.get(1).toInteger())))
        .timeout(SENTINEL_MILLIS, TimeUnit.MILLISECONDS)
        .onComplete(answered -> client.close());
  }
}
