package io.fastroom.bridge;

import io.fastroom.bus.Bus;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Adopt;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.redis.RedisUrl;
import io.fastroom.redis.Subscriber;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of heartbeat keys that other programs write, by keyspace events ({@code set}; nodes write theirs in another way), so
 * that no keyspace need be searched for them. Every node hears of each and asks presence to take it into account.
 *
 * <p>Thread: the bridge's. Limits: 500 such questions under way; what comes beyond is left to that key's next refresh.
 */
final class KeyEvents {
  private static final String PREFIX = "presence:hb:";
  private static final int MAX_ASKED = 500;
  private static final long MASTERS_MILLIS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");

  private final Vertx vertx;
  private final Bus bus;
  private final RedisUrl url;
  private final RedisLink commands;
  private final Map<String, Subscriber> servers = new HashMap<>();
  private int asked;
  private boolean warned;
  private long timer = -1;

  /** @param url as it was detected; @param commands to ask for the masters of a cluster */
  KeyEvents(Vertx vertx, Bus bus, RedisUrl url, RedisLink commands) {
    this.vertx = vertx;
    this.bus = bus;
    this.url = url;
    this.commands = commands;
  }

  Future<Void> start() {
    if (url.kind() != RedisUrl.Kind.CLUSTER) {
      return listen("", url);
    }
    // Servers of a cluster tell of their own keys only.
    timer = vertx.setPeriodic(0, MASTERS_MILLIS, tick -> masters());
    return Future.succeededFuture();
  }

  Future<Void> stop() {
    vertx.cancelTimer(timer);
    return Future.all(servers.values().stream().map(Subscriber::stop).toList()).mapEmpty();
  }

  void remake() {
    servers.values().forEach(Subscriber::remake);
  }

  private void masters() {
    commands.send(Request.cmd(Command.CLUSTER).arg("SLOTS")).onSuccess(slots -> {
      Set<String> masters = new HashSet<>();
      for (Response range : slots) {
        Response master = range.get(2);
        String host = master.get(0) == null ? "" : master.get(0).toString();
        masters.add(RedisUrl.at(url.endpoints().get(0), host, master.get(1).toInteger()));
      }
      masters.stream().filter(master -> !servers.containsKey(master)).forEach(master -> listen(master, RedisUrl.one(master)));
      servers.entrySet().removeIf(server -> {
        if (masters.contains(server.getKey())) {
          return false;
        }
        server.getValue().stop();
        return true;
      });
    });
  }

  private Future<Void> listen(String key, RedisUrl server) {
    RedisConnector connector = RedisConnector.forChannels(vertx, server);
    Subscriber subscriber = new Subscriber(vertx, connector, "key events", this::enable,
        (channel, payload) -> written(new String(payload, StandardCharsets.UTF_8)), (up, anew) -> { });
    servers.put(key, subscriber);
    subscriber.subscribe("__keyevent@" + server.database() + "__:set");
    return subscriber.start();
  }

  private void written(String key) {
    if (key.startsWith(PREFIX) && asked < MAX_ASKED) {
      asked++;
      bus.ask(PresenceApi.ADOPT, new Adopt(key)).onComplete(done -> asked--);
    }
  }

  /** Adds what we need to the events the server sends already. */
  private Future<Void> enable(RedisConnection connection) {
    return connection.send(Request.cmd(Command.CONFIG).arg("GET").arg("notify-keyspace-events"))
        .compose(answer -> {
          String flags = flags(answer);
          boolean strings = flags.contains("$") || flags.contains("A");
          String missing = (flags.contains("E") ? "" : "E") + (strings ? "" : "$");
          return missing.isEmpty() ? Future.<Response>succeededFuture()
              : connection.send(Request.cmd(Command.CONFIG).arg("SET").arg("notify-keyspace-events").arg(flags + missing));
        })
        .otherwise(refused -> {
          if (!warned) {
            warned = true;
            LOG.warn("redis refuses CONFIG ({}): heartbeat keys of other programs are heard of only if the server has "
                + "notify-keyspace-events E$", refused.getMessage());
          }
          return null;
        })
        .mapEmpty();
  }

  /** A map in the newer protocol, a list in the older. */
  private static String flags(Response answer) {
    Response flags = answer.containsKey("notify-keyspace-events") ? answer.get("notify-keyspace-events")
        : answer.size() > 1 ? answer.get(1) : null;
    return flags == null ? "" : flags.toString();
  }
}
