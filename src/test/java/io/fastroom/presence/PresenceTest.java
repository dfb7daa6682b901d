package io.fastroom.presence;

import static io.fastroom.redis.TestNode.await;
import static io.fastroom.redis.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.Origin;
import io.fastroom.bridge.BridgeApi.Received;
import io.fastroom.presence.PresenceApi.Change;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Leave;
import io.fastroom.presence.PresenceApi.Left;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.presence.PresenceApi.Refresh;
import io.fastroom.presence.PresenceApi.Refreshed;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Sweep;
import io.fastroom.presence.PresenceApi.Swept;
import io.fastroom.redis.TestNode;
import io.fastroom.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceTest {
  private static final Duration TTL = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final AtomicInteger ROOMS = new AtomicInteger();
  private static Vertx vertx;
  private static TestRedis redis;
  private static TestNode a;
  private static TestNode b;

  private final long roomId = ROOMS.incrementAndGet();
  private String room = "room " + roomId;

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

  @Test
  void tells_a_users_first_and_last_connection_once_however_many_come_and_go_at_once() {
    listen();
    List<Entry> entries = IntStream.range(0, 50).mapToObj(i -> new Entry(room, "alice", "c" + i)).toList();

    assertThat(changes(entries.stream().map(entry -> node(entry).later(PresenceApi.JOIN, join(entry))))).isEqualTo(1);
    assertThat(changes(entries.stream().map(entry -> node(entry).later(PresenceApi.LEAVE, leave(entry))))).isEqualTo(1);

    until(SOON, () -> diffs(a).size() + diffs(b).size() == 2);
    assertThat(Stream.concat(diffs(a).stream(), diffs(b).stream())).containsExactlyInAnyOrder("join alice", "leave alice");
    assertThat(redis.command("EXISTS", "presence:index:" + room, "presence:connections:" + room).toInteger()).isZero();
  }

  @Test
  void versions_order_the_changes_of_a_user() {
    Entry entry = new Entry(room, "alice", "c1");
    long came = a.ask(PresenceApi.JOIN, join(entry)).version();
    long went = b.ask(PresenceApi.LEAVE, leave(entry)).version();
    assertThat(went).isGreaterThan(came);
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).version()).isGreaterThan(went);
  }

  @Test
  void a_silent_join_tells_nobody() {
    listen();
    assertThat(a.ask(PresenceApi.JOIN, new Join(roomId, new Entry(room, "alice", "c1"), true)).changed()).isTrue();
    a.ask(PresenceApi.JOIN, join(new Entry(room, "bob", "c2")));
    until(SOON, () -> !diffs(b).isEmpty());
    assertThat(diffs(b)).containsExactly("join bob");
  }

  @Test
  void lists_users_sorted_and_once() {
    for (String member : List.of("bob:1", "bob.x:1", "alice:2", "bob:3", "carol_:1")) {
      a.ask(PresenceApi.JOIN, join(new Entry(room, member.split(":")[0], member.split(":")[1])));
    }
    Present present = b.ask(PresenceApi.SNAPSHOT, new Snapshot(room));
    assertThat(present.users()).containsExactly("alice", "bob", "bob.x", "carol_");
    assertThat(present.held()).isFalse();
  }

  @Test
  void one_of_two_nodes_that_sweep_at_once_announces_an_expired_connection() {
    listen();
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c1")));
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c2")));
    a.ask(PresenceApi.JOIN, join(new Entry(room, "bob", "c3")));
    expire("alice:c1", "alice:c2");

    List<Future<Swept>> sweeps = IntStream.range(0, 20)
        .mapToObj(i -> (i % 2 == 0 ? a : b).later(PresenceApi.SWEEP, sweep())).toList();
    await(Future.all(sweeps));
    assertThat(sweeps.stream().flatMap(swept -> swept.result().left().stream())).extracting(Left::username)
        .containsExactly("alice");
    until(SOON, () -> Stream.concat(diffs(a).stream(), diffs(b).stream()).filter("leave alice"::equals).count() == 1);
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("bob");
  }

  @Test
  void a_user_with_a_living_connection_stays_when_another_expires() {
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c1")));
    b.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c2")));
    expire("alice:c1");
    assertThat(a.ask(PresenceApi.SWEEP, sweep()).left()).isEmpty();
    assertThat(b.ask(PresenceApi.LEAVE, leave(new Entry(room, "alice", "c2"))).changed()).isTrue();
  }

  @Test
  void a_sweep_takes_a_thousand_expired_connections_out() {
    List<Entry> entries = IntStream.range(0, 1_000).mapToObj(i -> new Entry(room, "user" + i, "c" + i)).toList();
    assertThat(a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, entries)).joined()).hasSize(1_000);
    expire(entries.stream().map(PresenceKeys::member).toArray(String[]::new));
    assertThat(b.ask(PresenceApi.SWEEP, sweep()).left()).hasSize(1_000);
  }

  @Test
  void a_key_that_is_alive_although_its_time_was_up_is_left_in_peace() {
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c1")));
    redis.command("ZADD", "presence:index:" + room, "1", "alice:c1");
    assertThat(b.ask(PresenceApi.SWEEP, sweep()).left()).isEmpty();
    assertThat(Double.parseDouble(redis.command("ZSCORE", "presence:index:" + room, "alice:c1").toString()))
        .isGreaterThan(System.currentTimeMillis());
  }

  @Test
  void hears_of_a_heartbeat_another_program_writes_and_of_its_end() {
    listen();
    redis.command("SET", key("mallory:x1"), "1", "PX", "20000");
    until(SOON, () -> diffs(a).equals(List.of("join mallory")) && diffs(b).equals(List.of("join mallory")));
    assertThat(a.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("mallory");

    redis.command("SET", key("mallory:x1"), "1", "PX", "20000");
    redis.command("DEL", key("mallory:x1"));
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).isEmpty();
    until(SOON, () -> diffs(a).equals(List.of("join mallory", "leave mallory")));
  }

  @Test
  void a_foreign_key_without_a_ttl_is_present_for_as_long_as_it_exists() {
    listen();
    redis.command("SET", key("mallory:x1"), "1");
    until(SOON, () -> diffs(a).equals(List.of("join mallory")));
    redis.command("ZADD", "presence:index:" + room, "1", "mallory:x1");
    assertThat(a.ask(PresenceApi.SWEEP, sweep()).left()).isEmpty();
    redis.command("DEL", key("mallory:x1"));
    redis.command("ZADD", "presence:index:" + room, "1", "mallory:x1");
    assertThat(a.ask(PresenceApi.SWEEP, sweep()).left()).extracting(Left::username).containsExactly("mallory");
  }

  @Test
  void a_key_another_program_deletes_is_believed_until_its_node_writes_it_again() {
    listen();
    Entry alice = new Entry(room, "alice", "c1");
    a.ask(PresenceApi.JOIN, join(alice));
    redis.command("DEL", key("alice:c1"));
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).isEmpty();
    until(SOON, () -> diffs(a).equals(List.of("leave alice")));

    Refreshed refreshed = a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice)));
    assertThat(refreshed.joined()).containsExactly("alice");
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("alice");
    until(SOON, () -> diffs(b).equals(List.of("join alice", "join alice")));
    assertThat(a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice))).joined()).isEmpty();
  }

  @Test
  void a_key_made_something_else_by_another_program_is_written_again() {
    Entry alice = new Entry(room, "alice", "c1");
    a.ask(PresenceApi.JOIN, join(alice));
    redis.command("DEL", key("alice:c1"));
    redis.command("LPUSH", key("alice:c1"), "x");
    a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice)));
    assertThat(redis.command("GET", key("alice:c1")).toString()).isEqualTo("node-a");
  }

  @Test
  void after_a_flush_every_node_is_told_and_nobody_is_gone() {
    Entry alice = new Entry(room, "alice", "c1");
    Entry bob = new Entry(room, "bob", "c2");
    a.ask(PresenceApi.JOIN, join(alice));
    b.ask(PresenceApi.JOIN, join(bob));
    listen();
    redis.command("FLUSHALL");

    Present present = b.ask(PresenceApi.SNAPSHOT, new Snapshot(room));
    assertThat(present.held()).isTrue();
    Swept first = a.ask(PresenceApi.SWEEP, sweep());
    assertThat(first).isEqualTo(new Swept(List.of(), true, true));
    assertThat(b.ask(PresenceApi.SWEEP, sweep())).isEqualTo(new Swept(List.of(), true, true));
    assertThat(a.ask(PresenceApi.SWEEP, sweep()).dataLost()).isFalse();

    assertThat(a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice))).joined()).containsExactly("alice");
    assertThat(b.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(bob))).joined()).containsExactly("bob");
    assertThat(a.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("alice", "bob");
    assertThat(diffs(a)).doesNotContain("leave alice", "leave bob");
  }

  @Test
  void nobody_is_taken_out_while_there_is_a_hold() {
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c1")));
    expire("alice:c1");
    redis.command("SET", "presence:hold", "1", "PX", "20000");
    assertThat(b.ask(PresenceApi.SWEEP, sweep())).isEqualTo(new Swept(List.of(), false, true));
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).held()).isTrue();
    redis.command("DEL", "presence:hold");
    assertThat(b.ask(PresenceApi.SWEEP, sweep()).left()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:b:c", "a/b/../c", "две комнаты", "🙂 emoji", "quo\"te\\back", "{x}y}", "}z", "a*b?[c]", "%41"})
  void works_in_rooms_of_any_name(String name) {
    room = name;
    listen();
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c1")));
    until(SOON, () -> diffs(b).equals(List.of("join alice")));
    redis.command("SET", key("mallory:x1"), "1", "PX", "20000");
    until(SOON, () -> diffs(a).equals(List.of("join mallory")));
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("alice", "mallory");
    expire("alice:c1");
    assertThat(b.ask(PresenceApi.SWEEP, sweep()).left()).extracting(Left::username).containsExactly("alice");
  }

  @Test
  void a_join_and_a_leave_cost_as_many_commands_in_a_full_room_as_in_an_empty_one() {
    String full = room + " full";
    a.ask(PresenceApi.REFRESH, new Refresh(roomId, full,
        IntStream.range(0, 1_000).mapToObj(i -> new Entry(full, "user" + i, "c")).toList()));
    a.ask(PresenceApi.REFRESH, new Refresh(roomId, room,
        IntStream.range(0, 10).mapToObj(i -> new Entry(room, "user" + i, "c")).toList()));
    assertThat(costs(full)).isEqualTo(costs(room)).doesNotContainKeys("keys", "scan", "sscan", "zscan", "hscan");
  }

  @Test
  void no_key_stays_for_ever() {
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c1")));
    a.ask(PresenceApi.SWEEP, sweep());
    for (Response key : redis.command("KEYS", "presence:*")) {
      if (!key.toString().contains("mallory")) {
        assertThat(redis.command("PTTL", key.toString()).toLong()).as(key.toString()).isPositive();
      }
    }
  }

  /** Commands by name, for one join and one leave, with those inside of scripts. */
  private Map<String, Long> costs(String where) {
    a.ask(PresenceApi.JOIN, new Join(roomId, new Entry(where, "warm", "up"), false));
    Map<String, Long> before = commandStats();
    a.ask(PresenceApi.JOIN, new Join(roomId, new Entry(where, "alice", "c1"), false));
    a.ask(PresenceApi.LEAVE, new Leave(roomId, new Entry(where, "alice", "c1"), false));
    Map<String, Long> after = commandStats();
    after.replaceAll((name, calls) -> calls - before.getOrDefault(name, 0L));
    after.keySet().removeAll(List.of("info", "hello", "ping", "publish", "eval"));
    after.values().removeIf(calls -> calls == 0);
    return after;
  }

  private static Map<String, Long> commandStats() {
    Map<String, Long> stats = new TreeMap<>();
    redis.command("INFO", "commandstats").toString().lines().filter(line -> line.startsWith("cmdstat_")).forEach(line ->
        stats.put(line.substring(8, line.indexOf(':')), Long.parseLong(line.replaceAll(".*calls=(\\d+),.*", "$1"))));
    return stats;
  }

  private TestNode node(Entry entry) {
    return entry.connId().hashCode() % 2 == 0 ? a : b;
  }

  private static long changes(Stream<Future<Change>> questions) {
    List<Future<Change>> all = questions.toList();
    await(Future.all(all));
    return all.stream().filter(change -> change.result().changed()).count();
  }

  private void listen() {
    a.ask(BridgeApi.SUBSCRIBE, new BridgeApi.Subscribe(room));
    b.ask(BridgeApi.SUBSCRIBE, new BridgeApi.Subscribe(room));
  }

  /** What a node heard about this test's room. */
  private List<String> diffs(TestNode node) {
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

  private void expire(String... members) {
    List<String> scores = new ArrayList<>(List.of("presence:index:" + room));
    for (String member : members) {
      redis.command("DEL", key(member));
      scores.addAll(List.of("1", member));
    }
    redis.command("ZADD", scores.toArray(String[]::new));
  }

  private String key(String member) {
    return "presence:hb:" + room + ":" + member;
  }

  private Join join(Entry entry) {
    return new Join(roomId, entry, false);
  }

  private Leave leave(Entry entry) {
    return new Leave(roomId, entry, false);
  }

  private Sweep sweep() {
    return new Sweep(List.of(new RoomRef(roomId, room)));
  }
}
