package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Proxy;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Transaction;

/** Redis goes, hangs, forgets and comes back, under two nodes of which one hears it through a road that can be cut. */
@Tag("slow")
class RedisAwayTest {
  private static final Map<String, String> SETTINGS =
      Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS", "4000");
  private static final Duration BY_POSTGRES = Duration.ofSeconds(3);
  /** An interval, and the time to subscribe anew. */
  private static final Duration HEALED = Duration.ofMillis(4_000);
  private static final Duration NOTICED = Duration.ofSeconds(8);
  private static final Duration BACK = Duration.ofSeconds(15);

  private static RedisProcess redis;
  private static Proxy road;
  private static NodeProcess near;
  private static NodeProcess far;

  private Person alice;
  private Person bob;
  private RoomRef room;
  private Ws a;
  private Ws b;
  private int said;

  @BeforeAll
  static void start() {
    redis = new RedisProcess();
    road = new Proxy(redis.port());
    near = new NodeProcess(Backends.postgres(), redis, SETTINGS);
    far = new NodeProcess(Backends.postgres().url(), "redis://127.0.0.1:" + road.port() + "/0", SETTINGS);
    NodeProcess.start(near, far);
  }

  @AfterAll
  static void stop() {
    near.close();
    far.close();
    road.close();
    redis.close();
  }

  @BeforeEach
  void two_people_talk() {
    alice = Person.register(near, "alice");
    bob = Person.register(near, "bob");
    room = alice.createRoom(near);
    a = alice.connect(near);
    b = bob.connect(far);
    a.join(room.name());
    b.join(room.name());
    a.await("bob comes", Story.diff("join", bob));
    a.mark();
    b.mark();
    said = 0;
    say(Duration.ofSeconds(1));
  }

  @AfterEach
  void nothing_was_lost_or_doubled() {
    awaitReady();
    Until.holds("chat goes through Redis again", BACK, () -> {
      b.mark();
      a.send("typing", "room", room.name(), "isTyping", true);
      b.await("typing", Duration.ofMillis(600), Story.type("typing"));
      return true;
    });
    say(BY_POSTGRES);
    for (Ws each : List.of(a, b)) {
      List<Long> seqs = each.received().stream().map(Ws.Received::json).filter(Story.type("chat"))
          .map(f -> f.getLong("seq")).toList();
      assertThat(seqs).hasSize(said).isEqualTo(Story.range(seqs.get(0), seqs.get(0) + said - 1));
    }
    Until.holds("REST tells the truth about presence", () -> alice.on(far).get(room.path() + "/presence").json()
        .getJsonArray("users").getList().equals(List.of(alice.name(), bob.name())));
    a.close();
    b.close();
  }

  private static void awaitReady() {
    for (NodeProcess node : List.of(near, far)) {
      Until.holds("both are ready", BACK, () -> node.readiness() == 200);
    }
  }

  /** One chat each way, each heard in time. */
  private void say(Duration limit) {
    String text = "said " + said;
    a.chat(room.name(), text);
    b.await(text + " at bob", limit, Story.chat(text));
    String back = "answered " + said;
    b.chat(room.name(), back);
    a.await(back + " at alice", limit, Story.chat(back));
    said += 2;
  }

  private void nobodyLeft() {
    for (Ws each : List.of(a, b)) {
      assertThat(each.received()).extracting(Ws.Received::json).noneMatch(f -> Ws.type(f, "presence_diff")
          && f.containsKey("leave"));
    }
  }

  private static void notReady(NodeProcess... nodes) {
    for (NodeProcess node : nodes) {
      Until.holds("a deaf node says so", NOTICED, () -> node.readiness() == 503);
    }
  }

  @Test
  void killed_for_longer_than_the_ttl_and_back_empty() {
    redis.kill9();
    long killed = System.nanoTime();
    for (int i = 0; i < 3; i++) {
      say(BY_POSTGRES);
    }
    notReady(near, far);
    assertThat(alice.on(near).get(room.path() + "/presence").expect(200).json().getInteger("count"))
        .as("the node's own view").isEqualTo(2);
    Until.holds("longer than the TTL", () -> System.nanoTime() - killed > 6_000_000_000L);
    say(BY_POSTGRES);
    nobodyLeft();
    redis.start(false);
    awaitReady();
    Until.holds("one heartbeat interval", () -> System.nanoTime() - killed > 9_000_000_000L);
    nobodyLeft();
  }

  @Test
  void frozen_and_thawed() {
    redis.freeze();
    try {
      say(BY_POSTGRES);
      notReady(near, far);
      say(BY_POSTGRES);
    } finally {
      redis.thaw();
    }
    awaitReady();
    nobodyLeft();
  }

  @Test
  void a_stall_shorter_than_the_ttl_announces_nobody_as_gone() {
    redis.freeze();
    Until.pause(3_000);
    redis.thaw();
    say(BY_POSTGRES);
    Until.pause(4_000);
    nobodyLeft();
  }

  /** What living connections could not write must not be held against them by whoever is back first. */
  @Test
  void a_node_that_is_back_later_than_the_other_loses_nobody() {
    redis.freeze();
    long frozen = System.nanoTime();
    notReady(near, far);
    Until.holds("longer than the TTL", () -> System.nanoTime() - frozen > 5_000_000_000L);
    road.towards(0);
    road.cut();
    redis.thaw();
    Until.holds("one is back", BACK, () -> near.readiness() == 200);
    long back = System.nanoTime();
    Until.holds("time to take a look or two", () -> System.nanoTime() - back > 2_500_000_000L);
    assertThat(far.readiness()).isEqualTo(503);
    road.towards(redis.port());
    Until.holds("the other is back", BACK, () -> far.readiness() == 200);
    say(BY_POSTGRES);
    nobodyLeft();
  }

  /** The subscriptions break at the very moment in which Redis would tell of it. */
  @Test
  void a_presence_message_that_is_lost_heals_within_an_interval() {
    Person ghost = Person.register(near, "ghost");
    String member = ghost.name() + ":foreign1";
    String key = "presence:hb:" + room.name() + ":" + member;
    Until.holds("no hold is on", BACK, () -> !redis.call(jedis -> jedis.exists("presence:hold")));
    lost(change -> {
      change.psetex(key, 60_000, "1");
      change.zadd("presence:index:" + room.name(), System.currentTimeMillis() + 60_000, member);
      change.zadd("presence:connections:" + room.name(), 0, member);
    });
    for (Ws each : List.of(a, b)) {
      each.await("the ghost comes", HEALED, Story.diff("join", ghost));
    }
    lost(change -> {
      change.del(key);
      change.zrem("presence:index:" + room.name(), member);
      change.zrem("presence:connections:" + room.name(), member);
    });
    for (Ws each : List.of(a, b)) {
      each.await("the ghost goes", HEALED, Story.diff("leave", ghost));
    }
  }

  private static void lost(Consumer<Transaction> change) {
    redis.call(jedis -> {
      Transaction transaction = jedis.multi();
      transaction.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "pubsub");
      change.accept(transaction);
      return transaction.exec();
    });
  }

  @Test
  void flushed() {
    redis.call(Jedis::flushAll);
    say(BY_POSTGRES);
    List<String> both = new ArrayList<>(List.of(alice.name(), bob.name()));
    Until.holds("presence heals within an interval or two", Duration.ofSeconds(5), () -> near.running()
        && alice.on(near).get(room.path() + "/presence").json().getJsonArray("users").getList().equals(both));
  }

  @Test
  void restarted_at_once() {
    redis.restart(true);
    say(BY_POSTGRES);
    nobodyLeft();
  }

  @Test
  void a_name_that_is_taken_anew_leads_into_the_new_room() {
    aNameIsTakenAnew(road::shut);
  }

  @Test
  void a_room_whose_name_was_another_ones_is_heard() {
    aNameIsTakenAnew(road::blackHole);
  }

  /** Of all this a node that is deaf hears when it looks. */
  private void aNameIsTakenAnew(Runnable deafen) {
    RoomRef first = alice.createRoom(near);
    try (Ws c = alice.connect(near); Ws d = bob.connect(far)) {
      d.join(first.name());
      RoomRef second;
      long before = far.logLength();
      deafen.run();
      try {
        alice.on(near).patch(first.path(), new JsonObject().put("name", Names.unique("renamed"))).expect(200);
        second = alice.createRoom(near, first.name(), false);
        d.mark();
        assertThat(d.join(first.name()).joined().getLong("room_id")).isEqualTo(second.id());
        assertThat(d.seen()).extracting(f -> f.getString("type")).startsWith("room_updated", "joined");
        d.chat(first.name(), "for the new room");
        assertThat(alice.on(near).get(second.path() + "/messages").expect(200).json().getJsonArray("items")).hasSize(1);
      } finally {
        road.heal();
      }
      c.join(second.name());
      Until.holds("what is not in the log is heard, too", BACK, () -> {
        List.of(true, false).forEach(is -> c.send("typing", "room", second.name(), "isTyping", is));
        return !d.frames("typing").isEmpty();
      });
      far.assertCleanLog(before);
    }
  }

  @Test
  void a_black_hole_under_one_node_makes_that_node_not_ready_and_no_other() {
    road.blackHole();
    try {
      say(BY_POSTGRES);
      notReady(far);
      assertThat(near.readiness()).isEqualTo(200);
      say(BY_POSTGRES);
    } finally {
      road.heal();
    }
  }
}
