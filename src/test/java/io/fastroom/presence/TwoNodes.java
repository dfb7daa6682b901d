package io.fastroom.presence;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Leave;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Sweep;
import io.fastroom.redis.TestNode;
import io.fastroom.redis.TestRedis;
import io.fastroom.wire.Received;
import io.fastroom.wire.Received.Origin;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Presence on two nodes and a real Redis; each test has a room of its own. */
abstract class TwoNodes {
  static final Duration TTL = Duration.ofSeconds(20);
  static final Duration SOON = Duration.ofSeconds(5);
  static final AtomicInteger ROOMS = new AtomicInteger();
  static Vertx vertx;
  static TestRedis redis;
  static TestNode a;
  static TestNode b;

  final long roomId = ROOMS.incrementAndGet();
  String room = "room " + roomId;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    redis = new TestRedis(vertx);
    a = new TestNode(redis.url(), "node-a", TTL);
    b = new TestNode(redis.url(), "node-b", TTL);
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
    redis.close();
    vertx.close();
  }

  @BeforeEach
  void noHold() {
    a.ask(PresenceApi.SWEEP, sweep());
    b.ask(PresenceApi.SWEEP, sweep());
    redis.command("DEL", "presence:hold");
  }

  void listen() {
    a.ask(BridgeApi.SUBSCRIBE, new BridgeApi.Subscribe(room));
    b.ask(BridgeApi.SUBSCRIBE, new BridgeApi.Subscribe(room));
  }

  /** What a node heard about this test's room. */
  List<String> diffs(TestNode node) {
    List<String> diffs = new ArrayList<>();
    for (Received event : node.received) {
      if (event.origin() == Origin.PRESENCE && event.room().equals(room)) {
        String json = new String(event.json(), StandardCharsets.UTF_8);
        String users = json.replaceAll("(?s).*\"(join|leave)\":\\[(.*)]}", "$1 $2");
        diffs.add(users.replace("\"", ""));
      }
    }
    return diffs;
  }

  void expire(String... members) {
    List<String> scores = new ArrayList<>(List.of("presence:index:" + room));
    for (String member : members) {
      redis.command("DEL", key(member));
      scores.addAll(List.of("1", member));
    }
    redis.command("ZADD", scores.toArray(String[]::new));
  }

  String key(String member) {
    return "presence:hb:" + room + ":" + member;
  }

  Join join(Entry entry) {
    return new Join(roomId, entry);
  }

  Leave leave(Entry entry) {
    return new Leave(roomId, entry, false);
  }

  Sweep sweep() {
    return new Sweep(List.of(new RoomRef(roomId, room)));
  }
}
