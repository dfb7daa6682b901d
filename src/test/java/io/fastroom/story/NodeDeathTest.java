package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nodes and clients that vanish, seen with heartbeats of two seconds and a TTL of four. */
class NodeDeathTest extends Story {
  private static final Duration GONE = Duration.ofMillis(6_500);

  /** Of their own: all nodes on one Redis must mean the same by a TTL. */
  private static RedisProcess redis;
  private static NodeProcess left;
  private static NodeProcess right;

  @BeforeAll
  static void start() {
    redis = new RedisProcess();
    left = quick(Map.of());
    right = quick(Map.of());
  }

  private static NodeProcess quick(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.putAll(Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS", "4000", "DRAIN_SECONDS", "2"));
    settings.putAll(more);
    return new NodeProcess(Backends.postgres(), redis, settings).start();
  }

  @AfterAll
  static void stop() {
    left.close();
    right.close();
    redis.close();
  }

  @Test
  void each_user_of_a_killed_node_is_seen_to_leave_once_and_nobody_else() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(right);
    List<Ws> viewers = List.of(inRoom(alice, right, room), inRoom(person("viewer"), right, room));
    try (NodeProcess doomed = quick(Map.of())) {
      List<Person> dead = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Person bob = person("bob");
        dead.add(bob);
        inRoom(bob, doomed, room);
      }
      Person survivor = person("survivor");
      inRoom(survivor, doomed, room);
      inRoom(survivor, left, room);
      dead.forEach(bob -> viewers.forEach(viewer -> viewer.await("bob comes", diff("join", bob))));
      doomed.kill9();
      long killed = System.nanoTime();
      for (Person bob : dead) {
        for (Ws viewer : viewers) {
          viewer.await("a dead user leaves", GONE.minusNanos(System.nanoTime() - killed), diff("leave", bob));
        }
      }
      viewers.get(0).chat(room.name(), "all seen");
      viewers.get(1).await("the chat", chat("all seen"));
      for (Ws viewer : viewers) {
        assertThat(leaves(viewer)).containsExactlyInAnyOrderElementsOf(dead.stream().map(Person::name).toList());
      }
      assertThat(alice.on(right).get(room.path() + "/presence").json().getJsonArray("users").stream().toList())
          .hasSize(3).contains(survivor.name());
    }
  }

  private static List<Object> leaves(Ws ws) {
    return ws.frames("presence_diff").stream().filter(f -> f.containsKey("leave"))
        .flatMap(f -> f.getJsonArray("leave").stream()).toList();
  }

  @Test
  void a_client_that_answers_no_pings_is_closed_and_leaves() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(left);
    Ws a = inRoom(alice, left, room);
    Ws b = inRoom(bob, right, room);
    b.goSilent();
    a.await("bob leaves", GONE, diff("leave", bob));
    b.awaitClose(Duration.ofSeconds(2));
  }

  @Test
  void a_frozen_node_is_seen_as_gone_and_comes_back() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(left);
    Ws a = inRoom(alice, left, room);
    try (NodeProcess frozen = quick(Map.of())) {
      Ws b = inRoom(bob, frozen, room);
      a.await("bob comes", diff("join", bob));
      a.mark();
      frozen.freeze();
      a.await("bob leaves", GONE, diff("leave", bob));
      long seq = a.chat(room.name(), "while frozen").getLong("seq");
      frozen.thaw();
      a.chat(room.name(), "after the thaw");
      try {
        b.await("what was said", chat("after the thaw"));
        assertThat(liveSeqs(b)).containsExactly(seq, seq + 1);
        a.await("bob is back", diff("join", bob));
      } catch (AssertionError closed) {
        // The node may take clients it has not heard for so long for gone; they come back with since.
        assertThat(b.isOpen()).isFalse();
        long since = liveSeqs(b).stream().mapToLong(last -> last).max().orElse(seq - 1);
        Ws back = connect(bob, frozen);
        Joined joined = back.join(room.name(), since);
        Until.holds("all that was said, once", () -> Stream.concat(joined.seqs().stream(), liveSeqs(back).stream())
            .toList().equals(range(since + 1, seq + 1)));
      }
    }
  }

  @Test
  void a_heartbeat_key_of_another_program_is_believed_when_it_comes_and_when_it_goes() {
    Person alice = person("alice");
    Person ghost = person("ghost");
    RoomRef room = alice.createRoom(left);
    List<Ws> viewers = List.of(inRoom(alice, left, room), inRoom(person("viewer"), right, room));
    String key = "presence:hb:" + room.name() + ":" + ghost.name() + ":foreign1";
    redis.call(jedis -> jedis.psetex(key, 60_000, "1"));
    viewers.forEach(viewer -> viewer.await("the ghost comes", Duration.ofMillis(4_500), diff("join", ghost)));
    assertThat(connect(alice, right).join(room.name()).users()).contains(ghost.name());
    // On a Redis that was empty, and after a node was frozen, nobody is taken out for a while.
    Until.holds("no hold is on", () -> !redis.call(jedis -> jedis.exists("presence:hold")));
    redis.call(jedis -> jedis.del(key));
    viewers.forEach(viewer -> viewer.await("the ghost goes", Duration.ofMillis(4_500), diff("leave", ghost)));
    assertThat(viewers).allMatch(viewer -> viewer.seen().stream().filter(diff("leave", ghost)).count() == 1);
  }

  @Test
  void sigterm_drains_and_exits_with_0() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(left);
    Ws a = inRoom(alice, left, room);
    try (NodeProcess leaving = quick(Map.of())) {
      List<Person> guests = new ArrayList<>();
      List<Ws> sockets = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        guests.add(person("guest"));
        sockets.add(inRoom(guests.get(i), leaving, room));
      }
      assertThat(leaving.readiness()).isEqualTo(200);
      JsonObject last = sockets.get(0).ask("chat", "room", room.name(), "message", "last words");
      leaving.sigterm();
      long start = System.nanoTime();
      for (Ws socket : sockets) {
        assertThat(socket.awaitClose()).isEqualTo(1012);
      }
      for (Person guest : guests) {
        a.await("a guest leaves", Duration.ofSeconds(2), diff("leave", guest));
      }
      assertThat(leaving.awaitExit(Duration.ofSeconds(15))).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      leaving.assertCleanLog(0);
      a.await("what was committed", f -> chat("last words").test(f) && f.getLong("seq").equals(last.getLong("seq")));
    }
  }

  @Test
  void two_nodes_of_the_same_server_id_hear_each_other() {
    try (NodeProcess twin = quick(Map.of("SERVER_ID", left.serverId()))) {
      Person alice = person("alice");
      RoomRef room = alice.createRoom(left);
      Ws a = inRoom(alice, left, room);
      Ws b = inRoom(person("bob"), twin, room);
      a.chat(room.name(), "hello twin");
      b.await("the chat", chat("hello twin"));
      b.send("typing", "room", room.name(), "isTyping", true);
      a.await("typing, which only Redis carries", type("typing"));
    }
  }
}
