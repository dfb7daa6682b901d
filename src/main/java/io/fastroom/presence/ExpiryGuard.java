package io.fastroom.presence;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node knows of whether Redis and the road to it have been there without a break, and whether keys that are
 * missing say anything; shared by its presence verticles. Thread-safe.
 *
 * <p>Limits: what it knows of Redis's clock is right to a quarter of a second.
 */
public final class ExpiryGuard {
  /** An answer that took longer says too little about the clock, in nanoseconds. */
  private static final long QUICK = TimeUnit.MILLISECONDS.toNanos(500);
  /** A clock that differs by more from what it must show was set, in milliseconds; {@code guard.lua} has it too. */
  private static final long SET_MILLIS = 1_500;
  /** As long as any node may need to be back and to write its heartbeats: attempts are up to 4.5 s apart. */
  static final long HOLD_MILLIS = 6_000;
  private static final int MAX_SERVERS = 50_000;
  private static final long WARN_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");

  /** What is known of a server, by its epoch's key. */
  private static final class Server {
    private String epoch = "";
    private boolean clockKnown;
    private long clockOffsetMillis;
    private String evicted;
    private long evictedAt;
  }

  /** A question under way. */
  record Asked(String key, String epoch, String expected, long sentAt) { }

  private final Map<String, Server> servers = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Server> eldest) {
      return size() > MAX_SERVERS;
    }
  };
  private final long evictionNanos;
  private long holdUntil = System.nanoTime();
  private long warnedAt;
  private long lastEvictionAt;
  private boolean evictions;
  private boolean lost;

  /** @param ttl after which every heartbeat has been written again, in milliseconds */
  ExpiryGuard(long ttl, MeterRegistry registry) {
    evictionNanos = TimeUnit.MILLISECONDS.toNanos(ttl + 2_000);
    Gauge.builder("fastroom.redis.evicting", this, guard -> guard.evictsAny() ? 1 : 0)
        .description("Whether Redis has deleted keys to make room within the last life of a heartbeat")
        .register(registry);
  }

  /**
   * The connection was broken, or Redis took nothing: what was written meanwhile is lost, and it may have come back with
   * older data.
   */
  synchronized void broken() {
    lost = true;
    holdUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HOLD_MILLIS);
    servers.values().forEach(server -> server.clockKnown = false);
  }

  synchronized Asked ask(String key) {
    Server server = servers.computeIfAbsent(key, name -> new Server());
    long now = System.nanoTime();
    String expected = server.clockKnown
        ? Long.toString(server.clockOffsetMillis + TimeUnit.NANOSECONDS.toMillis(now)) : "";
    return new Asked(key, server.epoch, expected, now);
  }

  /** The arguments of {@code guard.lua}, the shared time in front. */
  synchronized List<Object> arguments(Asked asked, long now, long ttl, long keep) {
    long wish = Math.max(0, TimeUnit.NANOSECONDS.toMillis(holdUntil - System.nanoTime()));
    return new ArrayList<>(List.of(now, asked.epoch(), UUID.randomUUID().toString(), asked.expected(), wish, HOLD_MILLIS,
        ttl, keep, evicting(asked.key()) ? 1 : 0));
  }

  /** @param clock Redis's, in milliseconds */
  synchronized void learn(Asked asked, Response epoch, long clock) {
    Server server = servers.computeIfAbsent(asked.key(), name -> new Server());
    String known = server.epoch;
    server.epoch = epoch.toString();
    lost |= !asked.epoch().isEmpty() && !asked.epoch().equals(server.epoch) && asked.epoch().equals(known);
    long now = System.nanoTime();
    if (now - asked.sentAt() < QUICK) {
      // What was heard of the clock by another answer meanwhile has told of it already.
      lost |= !asked.expected().isEmpty() && server.clockKnown
          && Math.abs(clock - server.clockOffsetMillis - TimeUnit.NANOSECONDS.toMillis(now)) > SET_MILLIS;
      server.clockKnown = true;
      server.clockOffsetMillis = clock - TimeUnit.NANOSECONDS.toMillis(asked.sentAt() + (now - asked.sentAt()) / 2);
    }
  }

  /** Whether data was lost since this was last asked. */
  synchronized boolean takeLost() {
    boolean was = lost;
    lost = false;
    return was;
  }

  // Keys that Redis deletes to make room

  /** @param count of all keys the server has evicted so far */
  synchronized void evicted(String key, String count) {
    Server server = servers.computeIfAbsent(key, name -> new Server());
    boolean first = server.evicted == null;
    boolean news = first ? !count.equals("0") && !count.equals("-1") : !server.evicted.equals(count);
    server.evicted = count;
    if (!news) {
      return;
    }
    // Of those before the first look nobody knows when it was.
    long now = System.nanoTime();
    server.evictedAt = now;
    lastEvictionAt = now;
    evictions = true;
    if (!first && (warnedAt == 0 || now - warnedAt > WARN_NANOS)) {
      warnedAt = now;
      LOG.warn("redis evicts keys to make room (maxmemory): presence believes only what is written and what is due; "
          + "give it memory, or a maxmemory-policy of noeviction");
    }
  }

  /** How many keys the server had evicted when it was last calm; empty when it is not, or not known to be. */
  synchronized String calm(String key) {
    Server server = servers.get(key);
    return server == null || server.evicted == null || evicts(server) ? "" : server.evicted;
  }

  private boolean evicts(Server server) {
    return server.evictedAt != 0 && System.nanoTime() - server.evictedAt < evictionNanos;
  }

  synchronized boolean evicting(String key) {
    Server server = servers.get(key);
    return server != null && evicts(server);
  }

  private synchronized boolean evictsAny() {
    return evictions && System.nanoTime() - lastEvictionAt < evictionNanos;
  }
}
