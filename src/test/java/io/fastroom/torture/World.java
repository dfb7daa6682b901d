package io.fastroom.torture;

import io.fastroom.support.ClockShim;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.PgBouncer;
import io.fastroom.support.PostgresPair;
import io.fastroom.support.PostgresServer;
import io.fastroom.support.Proxy;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.torture.Schedule.Blow;
import io.fastroom.torture.Schedule.What;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.Jedis;

/** The nodes, their servers and the roads between them, as far as the faults need them. Thread: the one that strikes. */
final class World implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final int REFUSED = 503;
  private static final int CLOCK_STEP_SECONDS = 600;
  private static final int TAKEN_BACK = 20;
  /** Long enough to be noticed by whoever waits for an answer. */
  private static final int NOTICED_MILLIS = 6_000;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<Proxy> toPostgres = new ArrayList<>();
  private final List<Proxy> toRedis = new ArrayList<>();
  private final List<Truth> gone = new ArrayList<>();
  /** One or the other of the two. */
  private final PostgresPair pair;
  private final PostgresServer single;
  private final PgBouncer bouncer;
  private final ClockShim clock;
  private final HookReceiver receiver;
  private RedisProcess redis;
  private RedisProcess replica;
  private boolean ahead;

  World(int many, Map<String, String> settings, Set<What> faults) {
    boolean promotions = faults.contains(What.PROMOTE) || faults.contains(What.PROMOTE_LOSING);
    pair = promotions ? opened(new PostgresPair(faults.contains(What.PROMOTE))) : null;
    single = promotions ? null : opened(PostgresServer.create(Map.of()));
    int port = promotions ? pair.port() : single.port();
    bouncer = faults.contains(What.RESTART_PGBOUNCER)
        ? opened(new PgBouncer(PgBouncer.Mode.TRANSACTION, port, "extra_float_digits")) : null;
    clock = faults.contains(What.STEP_REDIS_CLOCK) ? opened(new ClockShim()) : null;
    receiver = opened(new HookReceiver(got -> REFUSED));
    redis = server();
    if (faults.contains(What.DEMOTE_REDIS) || faults.contains(What.FAILOVER_REDIS)) {
      replica = server();
      replica.follow(redis);
    }
    for (int i = 0; i < many; i++) {
      toPostgres.add(opened(new Proxy(bouncer == null ? port : bouncer.port())));
      toRedis.add(opened(new Proxy(redis.port())));
      nodes.add(opened(new NodeProcess(PostgresServer.url(toPostgres.get(i).port()),
          "redis://127.0.0.1:" + toRedis.get(i).port() + "/0", settings)).start());
    }
  }

  private RedisProcess server() {
    return opened(clock == null ? new RedisProcess()
        : new RedisProcess(RedisProcess.Make.INSTALLED, clock.environment()));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  List<NodeProcess> nodes() {
    return List.copyOf(nodes);
  }

  HookReceiver receiver() {
    return receiver;
  }

  /** The primary, as it is now. */
  private PostgresServer primary() {
    return pair == null ? single : pair.primary();
  }

  /** To the primary, as it is now. */
  Connection connect() throws SQLException {
    return primary().connect();
  }

  /** Whether a node has a new connection when its primary is another: a pooler may keep those that say nothing. */
  boolean tellsPromotions() {
    return bouncer == null;
  }

  /** The logs as they were before each time that one was taken back. */
  List<Truth> gone() {
    return List.copyOf(gone);
  }

  /** @param rooms whose logs count */
  void strike(Blow blow, List<RoomRef> rooms) {
    NodeProcess node = nodes.get(blow.node());
    int millis = blow.millis();
    switch (blow.what()) {
      case KILL_NODE -> {
        node.kill9();
        Until.pause(millis);
        node.launch();
        node.awaitServing(START);
      }
      case RESTART_NODE -> {
        node.term(START);
        node.launch();
        node.awaitServing(START);
      }
      case STOP_RECEIVER -> during(millis, receiver::stop, receiver::start);
      case FREEZE_NODE, FREEZE_NODE_LONG -> during(millis, node::freeze, node::thaw);
      case KILL_REDIS, KILL_REDIS_LOSING_ALL -> {
        redis.kill9();
        Until.pause(millis);
        redis.start(blow.what() == What.KILL_REDIS);
      }
      case FLUSHALL -> redis.call(Jedis::flushAll);
      case FREEZE_REDIS, FREEZE_REDIS_LONG -> during(millis, redis::freeze, redis::thaw);
      case DEMOTE_REDIS -> demote();
      case FAILOVER_REDIS -> failOver(millis);
      case STEP_REDIS_CLOCK -> {
        ahead = !ahead;
        clock.moveTo(Duration.ofSeconds(millis % CLOCK_STEP_SECONDS * (ahead ? 1 : -1)));
      }
      case KILL_POSTGRES -> during(millis, primary()::kill9, primary()::start);
      case FREEZE_POSTGRES, FREEZE_POSTGRES_LONG -> during(millis, primary()::freeze, primary()::thaw);
      case PROMOTE -> pair.promote(millis);
      case PROMOTE_LOSING -> pair.promoteLosing(() -> Until.pause(millis), dead -> gone.add(read(dead, rooms)));
      case RESTART_PGBOUNCER -> during(millis, bouncer::kill9, bouncer::start);
      case CUT_POSTGRES_LINK -> cut(toPostgres.get(blow.node()), millis);
      case HOLE_POSTGRES_LINK -> hole(toPostgres.get(blow.node()), millis);
      case CUT_REDIS_LINK -> cut(toRedis.get(blow.node()), millis);
      case HOLE_REDIS_LINK -> hole(toRedis.get(blow.node()), millis);
      case FORGET_POSTGRES_LINK -> forget(toPostgres.get(blow.node()), millis);
      case FORGET_REDIS_LINK -> forget(toRedis.get(blow.node()), millis);
      case TAKE_BACK_LOG -> takeBack(rooms, rooms.get(millis % rooms.size()).id());
    }
  }

  private static Truth read(PostgresServer server, List<RoomRef> rooms) {
    try (Connection database = server.connect()) {
      return Truth.read(database, rooms);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What was decided after them stays, and so do they then. */
  private void takeBack(List<RoomRef> rooms, long room) {
    try (Connection database = connect(); Statement sql = database.createStatement()) {
      database.setAutoCommit(false);
      sql.execute("SELECT FROM lock_room_v1(" + room + ", 10000)");
      Truth before = Truth.read(database, rooms);
      int chats = sql.executeUpdate("DELETE FROM messages WHERE room_id = " + room + " AND seq > GREATEST("
          + "(SELECT max(seq) FROM room_events WHERE room_id = " + room + "),"
          + "(SELECT max(seq) FROM messages WHERE room_id = " + room + ") - " + TAKEN_BACK + ")");
      sql.execute("UPDATE rooms SET head_seq = LEAST(head_seq, GREATEST("
          + "(SELECT max(seq) FROM room_events WHERE room_id = rooms.id),"
          + "(SELECT max(seq) FROM messages WHERE room_id = rooms.id))) WHERE id = " + room);
      database.commit();
      if (chats > 0) {
        gone.add(before);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void during(int millis, Runnable begin, Runnable end) {
    begin.run();
    Until.pause(millis);
    end.run();
  }

  private static void cut(Proxy road, int millis) {
    during(millis, road::shut, road::heal);
  }

  private static void hole(Proxy road, int millis) {
    during(millis + NOTICED_MILLIS, road::blackHole, road::heal);
  }

  private static void forget(Proxy road, int millis) {
    road.forget();
    Until.pause(millis + NOTICED_MILLIS);
  }

  /** New connections find the new master; those there are have to notice by themselves. */
  private void demote() {
    replica.awaitFollowing();
    swap();
    redis.promote();
    replica.follow(redis);
    toRedis.forEach(road -> road.towards(redis.port()));
  }

  /** There is none for so many milliseconds. */
  private void failOver(int millis) {
    replica.awaitFollowing();
    redis.kill9();
    swap();
    Until.pause(millis);
    redis.promote();
    toRedis.forEach(road -> road.turnTo(redis.port()));
    replica.start(true);
    replica.follow(redis);
  }

  private void swap() {
    RedisProcess old = redis;
    redis = replica;
    replica = old;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
