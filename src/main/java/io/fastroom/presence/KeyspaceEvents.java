package io.fastroom.presence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.presence.PresenceApi.Adopt;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.redis.Subscriber;
import io.fastroom.settings.RedisUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of heartbeat keys that other programs write, by keyspace events ({@code set}; nodes write theirs in another
 * way), so that no keyspace need be searched for them. Every node hears of each and asks presence to take it into
 * account.
 *
 * <p>Each connection for them also hears what the node tells itself every second, so that one over which nothing comes any
 * more is noticed and made anew.
 *
 * <p>Thread: the bridge's. Limits: 500 such questions under way; what comes beyond is left to that key's next refresh. A
 * connection that has heard nothing for {@link #SILENT_NANOS} of what another one heard is given up.
 */
public final class KeyspaceEvents {
  private static final int MAX_ASKED = 500;
  private static final long LOOK_MILLIS = 5_000;
  private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");

  private final Vertx vertx;
  private final Bus bus;
  private final String prefix;
  private final RedisConnector connector;
  private final RedisLink commands;
  private final String probe;
  private final Map<String, Listener> servers = new HashMap<>();
  private int asked;
  private boolean warned;
  private long timer = -1;

  /**
   * @param probe the channel on which something is published every second
   * @param connector of {@code commands}, which is started already and asked for the masters of a cluster
   */
  public KeyspaceEvents(Vertx vertx, Bus bus, String prefix, String probe, RedisConnector connector,
                        RedisLink commands) {
    this.vertx = vertx;
    this.bus = bus;
    this.prefix = prefix + "presence:hb:";
    this.probe = probe;
    this.connector = connector;
    this.commands = commands;
  }

  /** Done when it listens, or at once while Redis is away. */
  public Future<Void> start() {
    timer = vertx.setPeriodic(LOOK_MILLIS, tick -> look());
    return look();
  }

  /** Whether it is a cluster is known only when Redis is there. */
  private Future<Void> look() {
    if (!commands.up()) {
      return Future.succeededFuture();
    }
    if (connector.cluster()) {
      return masters();
    }
    if (servers.isEmpty()) {
      return listen("", connector.url());
    }
    // Others may set them for themselves, as programs do when they start.
    return warned ? Future.succeededFuture() : enable(commands::send);
  }

  public Future<Void> stop() {
    vertx.cancelTimer(timer);
    return Future.all(servers.values().stream().map(server -> server.subscriber.stop()).toList()).mapEmpty();
  }

  public void remake() {
    servers.values().forEach(server -> server.subscriber.remake());
  }

  /** To be called when the node has heard the probe by another connection. */
  public void proveAll() {
    servers.values().forEach(Listener::prove);
  }

  /** Servers of a cluster tell of their own keys only. */
  private Future<Void> masters() {
    return connector.masters(commands::send).<Void>compose(masters -> {
      servers.entrySet().removeIf(server -> {
        if (masters.contains(server.getKey())) {
          return false;
        }
        server.getValue().subscriber.stop();
        return true;
      });
      return Future.all(masters.stream().filter(master -> !servers.containsKey(master))
          .map(master -> listen(master, connector.url().one(master))).toList()).mapEmpty();
    }).otherwiseEmpty();
  }

  private Future<Void> listen(String key, RedisUrl server) {
    Listener listener = new Listener(server);
    servers.put(key, listener);
    return listener.subscriber.start();
  }

  /** A connection to one server. */
  private final class Listener {
    private final Subscriber subscriber;
    private boolean up;
    private boolean missing;
    /** Since when others have heard the probe and this one has not, by {@link System#nanoTime}. */
    private long missingSince;

    Listener(RedisUrl server) {
      subscriber = new Subscriber(vertx, RedisConnector.forChannels(vertx, server), "key events",
          connection -> enable(connection::send), this::heard, this::state);
      subscriber.subscribe("__keyevent@" + server.database() + "__:set");
      subscriber.subscribe(probe);
    }

    private void heard(String channel, byte[] payload) {
      if (channel.equals(probe)) {
        missing = false;
      } else {
        written(new String(payload, StandardCharsets.UTF_8));
      }
    }

    private void state(boolean now, boolean anew) {
      up = now;
      missing = false;
    }

    /** After a standstill of Redis one connection only hears a little later than another. */
    private void prove() {
      long now = System.nanoTime();
      if (!missing) {
        missing = true;
        missingSince = now;
      } else if (up && now - missingSince > SILENT_NANOS) {
        subscriber.remake();
      }
    }
  }

  private void written(String key) {
    if (key.startsWith(prefix) && asked < MAX_ASKED) {
      asked++;
      bus.ask(PresenceApi.ADOPT, new Adopt(key)).onComplete(done -> asked--);
    }
  }

  /** Adds what we need to the events the server sends already. */
  private Future<Void> enable(Function<Request, Future<Response>> send) {
    return send.apply(Request.cmd(Command.CONFIG).arg("GET").arg("notify-keyspace-events"))
        .compose(answer -> {
          String flags = flags(answer);
          boolean strings = flags.contains("$") || flags.contains("A");
          String missing = (flags.contains("E") ? "" : "E") + (strings ? "" : "$");
          Request set = Request.cmd(Command.CONFIG).arg("SET").arg("notify-keyspace-events").arg(flags + missing);
          return missing.isEmpty() ? Future.<Response>succeededFuture() : send.apply(set);
        })
        .otherwise(refused -> {
          if (!warned && !(refused instanceof Refused)) {
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
