package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Crowd;
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
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    left = node(Map.of());
    right = node(Map.of());
    NodeProcess.start(left, right);
  }

  private static NodeProcess quick(Map<String, String> more) {
    return node(more).start();
  }

  private static NodeProcess node(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.putAll(Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS", "4000", "DRAIN_SECONDS", "2"));
    settings.putAll(more);
    return new NodeProcess(Backends.postgres(), redis, settings);
  }

  @AfterAll
  static void stop() {
    left.close();
    right.close();
    redis.close();
  }

  /** {@code -Dfastroom.people=200 -Dfastroom.rounds=10} is more of it than the suite has time for. */
  @Test
  void each_user_of_a_killed_node_is_seen_to_leave_once_and_nobody_else() throws Exception {
    for (int round = 1; round <= Integer.getInteger("fastroom.rounds", 1); round++) {
      System.out.println("round " + round + ": " + oneOfThreeNodesDies(Integer.getInteger("fastroom.people", 60)));
      close_what_was_opened();
    }
  }

  /** A third of the people are on each node; the first of those on the one that dies are on another as well. */
  private String oneOfThreeNodesDies(int many) {
    List<Person> people = Crowd.of(Backends.postgres(), "soul", many);
    RoomRef room = people.get(0).createRoom(left);
    try (NodeProcess doomed = quick(Map.of())) {
      List<NodeProcess> nodes = List.of(left, right, doomed);
      List<Ws> viewers = new ArrayList<>();
      Set<String> dead = new TreeSet<>();
      Set<String> living = new TreeSet<>();
      for (int i = 0; i < many; i++) {
        Ws ws = inRoom(people.get(i), nodes.get(i % 3), room);
        boolean dies = i % 3 == 2 && i > 9;
        (dies ? dead : living).add(people.get(i).name());
        if (i % 3 < 2) {
          viewers.add(ws);
        } else if (!dies) {
          viewers.add(inRoom(people.get(i), left, room));
        }
      }
      viewers.get(0).chat(room.name(), "all here");
      viewers.forEach(viewer -> viewer.await("the chat", chat("all here")));
      doomed.kill9();
      long killed = System.nanoTime();
      Until.holds("all the dead are seen to leave by all", GONE.plusSeconds(4),
          () -> viewers.stream().allMatch(viewer -> leaves(viewer).size() >= dead.size()));
      for (NodeProcess node : List.of(left, right)) {
        assertThat(people.get(0).on(node).get(room.path() + "/presence").json().getJsonArray("users").stream().toList())
            .isEqualTo(List.copyOf(living));
      }
      // Each node compares its view with Redis once an interval: whatever comes twice comes by then.
      Until.holds("an interval after the limit", GONE.plusSeconds(4),
          () -> System.nanoTime() - killed > GONE.plusSeconds(2).toNanos());
      viewers.forEach(viewer -> assertThat(leaves(viewer)).containsExactlyInAnyOrderElementsOf(dead));
      LongSummaryStatistics millis = viewers.stream().flatMap(viewer -> viewer.received().stream())
          .filter(frame -> Ws.type(frame.json(), "presence_diff") && frame.json().containsKey("leave"))
          .mapToLong(frame -> (frame.at() - killed) / 1_000_000).summaryStatistics();
      assertThat(millis.getMax()).as("milliseconds until the last leave").isLessThan(6_000);
      return many + " people, " + dead.size() + " of them dead, " + viewers.size() + " viewers; each saw each of them"
          + " leave once, " + millis.getMin() + " to " + millis.getMax() + " ms after the kill";
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
