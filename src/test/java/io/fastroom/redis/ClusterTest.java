package io.fastroom.redis;

import static io.fastroom.redis.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.Publish;
import io.fastroom.bridge.BridgeApi.PublishAll;
import io.fastroom.bridge.BridgeApi.Subscribe;
import io.fastroom.bus.Refused;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Glance;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Leave;
import io.fastroom.presence.PresenceApi.Left;
import io.fastroom.presence.PresenceApi.Refresh;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Sweep;
import io.fastroom.presence.PresenceApi.Swept;
import io.fastroom.settings.RedisUrl;
import io.fastroom.wire.Received.Origin;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Presence and bridge on a Redis Cluster of three. */
@Tag("slow")
class ClusterTest {
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration TTL = Duration.ofSeconds(20);
  private static final List<String> ROOMS =
      List.of("a", "b:c", "general", "{x}y", "}z", "🙂 room", "r1", "r2", "r3", "r4");
  private static Vertx vertx;
  private static List<TestRedis> servers;
  private static TestNode a;
  private static TestNode b;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    servers = IntStream.range(0, 3).mapToObj(i -> new TestRedis(vertx, "--cluster-enabled", "yes")).toList();
    for (int i = 0; i < 3; i++) {
      int from = i * 5_462;
      servers.get(i).command("CLUSTER", Stream.concat(Stream.of("ADDSLOTS"),
          IntStream.range(from, Math.min(16_384, from + 5_462)).mapToObj(String::valueOf)).toArray(String[]::new));
      servers.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
      servers.get(0).command("CLUSTER", "MEET", "127.0.0.1", "" + servers.get(i).port());
    }
    until(SOON, () -> servers.stream().allMatch(server ->
        server.command("CLUSTER", "INFO").toString().contains("cluster_state:ok")
            && server.command("CLUSTER", "INFO").toString().contains("cluster_known_nodes:3")));
    // One by the form for clusters, one by a single address that turns out to be of a cluster.
    a = new TestNode("redis+cluster://127.0.0.1:" + servers.get(0).port() + ",127.0.0.1:" + servers.get(1).port(), "a", TTL);
    b = new TestNode(servers.get(2).url(), "b", TTL);
    until(SOON, () -> a.lastState().up() && b.lastState().up());
  }

  /** The first look sets the epochs, and a hold with them. */
  @BeforeEach
  void noHold() {
    for (String room : ROOMS) {
      a.ask(PresenceApi.SWEEP, sweep(room));
      b.ask(PresenceApi.SWEEP, sweep(room));
      cluster("DEL", "presence:hold:" + tag(room));
      a.ask(BridgeApi.SUBSCRIBE, new Subscribe(room));
      b.ask(BridgeApi.SUBSCRIBE, new Subscribe(room));
    }
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
    servers.forEach(TestRedis::close);
    vertx.close();
  }

  @Test
  void keeps_presence_and_carries_events_in_rooms_of_every_server() {
    for (String room : ROOMS) {
      Entry alice = new Entry(room, "alice", "c1");
      assertThat(a.ask(PresenceApi.JOIN, new Join(1, alice)).changed()).isTrue();
      assertThat(b.ask(PresenceApi.JOIN, new Join(1, new Entry(room, "alice", "c2"))).changed()).isFalse();
      until(SOON, () -> presence(b, room) == 1);
      assertThat(a.ask(PresenceApi.REFRESH, new Refresh(1, room, List.of(alice))).lost()).isEmpty();
      assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("alice");
      assertThat(b.ask(PresenceApi.GLANCE, new Glance(List.of(new RoomRef(1, room)))).get(0).users())
          .containsExactly("alice");
      assertThat(cluster("EXISTS", "presence:hb:" + tag(room) + ":alice:c1").toInteger()).isEqualTo(1);

      a.ask(PresenceApi.LEAVE, new Leave(1, alice, false));
      cluster("DEL", "presence:hb:" + tag(room) + ":alice:c2");
      cluster("ZADD", "presence:index:" + tag(room), "1", "alice:c2");
      assertThat(b.ask(PresenceApi.SWEEP, sweep(room)).left()).extracting(Left::username).containsExactly("alice");

      a.tell(BridgeApi.PUBLISH, new PublishAll(List.of(
          new Publish(room, 1, 1, "{\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8)))));
      until(SOON, () -> b.received.stream()
          .anyMatch(event -> event.origin() == Origin.NODE && event.room().equals(room)));
    }
  }

  @Test
  void hears_of_heartbeats_other_programs_write_on_every_server() {
    for (String room : ROOMS) {
      until(SOON, () -> {
        cluster("SET", "presence:hb:" + tag(room) + ":mallory:x", "1", "PX", "20000");
        return a.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users().contains("mallory");
      });
    }
  }

  @Test
  void servers_that_lose_their_data_are_noticed() {
    a.ask(PresenceApi.SWEEP, sweep("lost"));
    a.ask(PresenceApi.JOIN, new Join(1, new Entry("lost", "alice", "c1")));
    servers.forEach(server -> server.command("FLUSHALL"));
    assertThat(a.ask(PresenceApi.SWEEP, sweep("lost"))).isEqualTo(new Swept(List.of(), true, true, Map.of()));
  }

  @Test
  void a_frozen_server_that_the_url_names_first_is_passed_over() {
    try (TestRedis frozen = new TestRedis(vertx, "--cluster-enabled", "yes")) {
      frozen.freeze();
      String url = "redis+cluster://127.0.0.1:" + frozen.port() + ",127.0.0.1:" + servers.get(0).port();
      RedisLink link = new RedisLink(vertx, RedisConnector.forKeys(vertx, RedisUrl.parse(url)), "test", () -> { });
      link.start();
      until(SOON, link::up);
      TestNode.await(link.stop());
    }
  }

  @Test
  void a_server_that_is_removed_is_left_for_another() {
    try (TestRedis fourth = joined()) {
      String url = "redis+cluster://127.0.0.1:" + fourth.port() + ",127.0.0.1:" + servers.get(0).port();
      try (TestNode c = new TestNode(url, "c", TTL)) {
        c.ask(BridgeApi.SUBSCRIBE, new Subscribe("general"));
        until(SOON, () -> hears(c, 2));
        forget(fourth);
        fourth.command("CLUSTER", "RESET");
        until(SOON, () -> hears(c, 3));
      } finally {
        forget(fourth);
      }
    }
  }

  private static boolean hears(TestNode node, long seq) {
    a.tell(BridgeApi.PUBLISH, new PublishAll(List.of(
        new Publish("general", 1, seq, "{\"type\":\"chat\"}".getBytes(StandardCharsets.UTF_8)))));
    return node.received.stream().anyMatch(event -> event.origin() == Origin.NODE && event.seq() == seq);
  }

  @Test
  void the_death_of_a_replica_ends_no_connection() {
    AtomicInteger remade = new AtomicInteger();
    try (TestRedis replica = joined()) {
      String id = servers.get(0).command("CLUSTER", "MYID").toString();
      until(SOON, () -> replica.command("CLUSTER", "NODES").toString().contains(id));
      replica.command("CLUSTER", "REPLICATE", id);
      String port = "" + replica.port();
      until(SOON, () -> servers.get(0).command("CLUSTER", "SLOTS").toString().contains(port)
          && replica.command("INFO", "replication").toString().contains("master_link_status:up"));
      RedisLink link = link(servers.get(0).url(), remade);
      SharedClock clock = new SharedClock("");
      TestNode.await(clock.agree(link));
      try {
        replica.kill();
        // Long enough for the link's own questions too.
        for (int i = 0; i < 30; i++) {
          TestNode.await(clock.agree(link).compose(time -> vertx.timer(100)));
        }
      } finally {
        forget(replica);
      }
      assertThat(remade).hasValue(0);
      TestNode.await(link.stop());
    }
  }

  @Test
  void what_a_half_moved_slot_does_not_answer_fails_alone() {
    TestRedis from = servers.get(0);
    TestRedis to = servers.get(1);
    List<String> names = List.of("half{b}1", "half{b}2");
    String slot = from.command("CLUSTER", "KEYSLOT", names.get(0)).toString();
    AtomicInteger remade = new AtomicInteger();
    RedisLink link = link(from.url(), remade);
    from.command("SET", names.get(0), "1");
    to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", from.command("CLUSTER", "MYID").toString());
    from.command("CLUSTER", "SETSLOT", slot, "MIGRATING", to.command("CLUSTER", "MYID").toString());
    try {
      Future<Response> half = LuaScript.load("clock.lua").run(link, names, List.of("1"));
      SharedClock clock = new SharedClock("");
      until(SOON, () -> {
        TestNode.await(clock.agree(link));
        return half.isComplete();
      });
      assertThat(half.cause()).isInstanceOf(Refused.class);
      TestNode.await(clock.agree(link));
      assertThat(remade).hasValue(0);
    } finally {
      List.of(from, to).forEach(server -> server.command("CLUSTER", "SETSLOT", slot, "STABLE"));
      from.command("DEL", names.get(0));
      TestNode.await(link.stop());
    }
  }

  private static RedisLink link(String url, AtomicInteger remade) {
    RedisLink link = new RedisLink(vertx, RedisConnector.forKeys(vertx, RedisUrl.parse(url)), "test",
        remade::incrementAndGet);
    TestNode.await(link.start());
    return link;
  }

  /** A server without slots. */
  private static TestRedis joined() {
    TestRedis fourth = new TestRedis(vertx, "--cluster-enabled", "yes");
    servers.get(0).command("CLUSTER", "MEET", "127.0.0.1", "" + fourth.port());
    String port = "" + fourth.port();
    until(SOON, () -> servers.stream().allMatch(server -> server.command("CLUSTER", "NODES").toString().contains(port))
        && fourth.command("CLUSTER", "INFO").toString().contains("cluster_state:ok"));
    return fourth;
  }

  private static void forget(TestRedis fourth) {
    for (TestRedis server : servers) {
      server.command("CLUSTER", "NODES").toString().lines().filter(line -> line.contains(":" + fourth.port() + "@"))
          .forEach(line -> server.command("CLUSTER", "FORGET", line.substring(0, line.indexOf(' '))));
    }
  }

  private static long presence(TestNode node, String room) {
    return node.received.stream().filter(event -> event.origin() == Origin.PRESENCE && event.room().equals(room)
        && new String(event.json(), StandardCharsets.UTF_8).contains("alice")).count();
  }

  private static Sweep sweep(String room) {
    return new Sweep(List.of(new RoomRef(1, room)));
  }

  private static String tag(String room) {
    return room.startsWith("}") ? "{ " + room + "}" : "{" + room + "}";
  }

  private static Response cluster(String name, String... args) {
    Redis client = Redis.createClient(vertx,
        new RedisOptions().setType(RedisClientType.CLUSTER).setConnectionString(servers.get(0).url()));
    Request request = Request.cmd(Command.create(name.toLowerCase()));
    List.of(args).forEach(request::arg);
    try {
      return TestNode.await(client.send(request));
    } finally {
      client.close();
    }
  }
}
