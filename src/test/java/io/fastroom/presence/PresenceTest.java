package io.fastroom.presence;

import static io.fastroom.redis.TestNode.await;
import static io.fastroom.redis.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.presence.PresenceApi.Change;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Glance;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Leave;
import io.fastroom.presence.PresenceApi.Left;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.presence.PresenceApi.Refresh;
import io.fastroom.presence.PresenceApi.Refreshed;
import io.fastroom.presence.PresenceApi.Restore;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Swept;
import io.fastroom.redis.TestNode;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceTest extends TwoNodes {
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
  void a_silent_leave_tells_nobody() {
    Entry alice = new Entry(room, "alice", "c1");
    a.ask(PresenceApi.JOIN, join(alice));
    listen();
    assertThat(a.ask(PresenceApi.LEAVE, new Leave(roomId, alice, true)).changed()).isTrue();
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
    assertThat(a.ask(PresenceApi.RESTORE, new Restore(roomId, room, entries)).joined()).hasSize(1_000);
    expire(entries.stream().map(PresenceKeys::member).toArray(String[]::new));
    assertThat(b.ask(PresenceApi.SWEEP, sweep()).left()).hasSize(1_000);
  }

  @Test
  void says_until_when_nobody_in_a_room_expires() {
    assertThat(seconds(a.ask(PresenceApi.SWEEP, sweep()).quietUntil().get(roomId))).isEqualTo(TTL.toSeconds());
    Entry alice = new Entry(room, "alice", "c1");
    a.ask(PresenceApi.JOIN, join(alice));
    a.ask(PresenceApi.JOIN, join(new Entry(room, "bob", "c2")));
    redis.command("ZINCRBY", "presence:index:" + room, "-12000", "alice:c1");
    assertThat(seconds(b.ask(PresenceApi.SWEEP, sweep()).quietUntil().get(roomId))).isBetween(4L, 8L);
    Refreshed refreshed = a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice)));
    assertThat(seconds(refreshed.quietUntil())).isGreaterThan(12);
    redis.command("ZINCRBY", "presence:index:" + room, "-100000", "alice:c1");
    assertThat(a.ask(PresenceApi.SWEEP, sweep()).quietUntil()).isEmpty();
  }

  private static long seconds(long nanoTime) {
    return Math.round((nanoTime - System.nanoTime()) / 1e9);
  }

  @Test
  void a_sweep_of_no_room_tells_whether_data_was_lost() {
    a.ask(PresenceApi.SWEEP, new PresenceApi.Sweep(List.of()));
    redis.command("DEL", "presence:epoch");
    assertThat(a.ask(PresenceApi.SWEEP, new PresenceApi.Sweep(List.of())).dataLost()).isTrue();
  }

  @Test
  void a_glance_shows_the_rooms_in_which_nothing_need_be_done() {
    Entry alice = new Entry(room, "alice", "c1");
    a.ask(PresenceApi.JOIN, join(alice));
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c2")));
    a.ask(PresenceApi.JOIN, join(new Entry(room, "bob", "c3")));
    Glance glance = new Glance(List.of(new RoomRef(roomId, room), new RoomRef(0, room + " empty")));
    List<Present> seen = b.ask(PresenceApi.GLANCE, glance);
    assertThat(seen.get(0).users()).containsExactly("alice", "bob");
    assertThat(seen.get(1).users()).isEmpty();
    assertThat(seen.get(0).held()).isFalse();
    assertThat(a.ask(PresenceApi.LEAVE, leave(new Entry(room, "bob", "c3"))).version())
        .isGreaterThan(seen.get(0).version());

    redis.command("DEL", key("alice:c1"));
    assertThat(b.ask(PresenceApi.GLANCE, glance).get(0)).isNull();
    a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice)));
    assertThat(b.ask(PresenceApi.GLANCE, glance).get(0)).isNotNull();
    redis.command("ZADD", "presence:index:" + room, "1", "alice:c1");
    assertThat(b.ask(PresenceApi.GLANCE, glance).get(0)).isNull();
    redis.command("DEL", "presence:index:" + room);
    assertThat(b.ask(PresenceApi.GLANCE, glance).get(0)).isNull();
  }

  @Test
  void a_key_of_another_program_is_told_of_since_it_may_end_at_any_time() {
    List<String> rooms = new CopyOnWriteArrayList<>();
    b.hear(PresenceApi.ADOPTED, adopted -> rooms.add(adopted.room()));
    redis.command("SET", key("mallory:x1"), "1", "PX", "20000");
    until(SOON, () -> rooms.contains(room));
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
    a.ask(PresenceApi.RESTORE, new Restore(roomId, full,
        IntStream.range(0, 1_000).mapToObj(i -> new Entry(full, "user" + i, "c")).toList()));
    a.ask(PresenceApi.RESTORE, new Restore(roomId, room,
        IntStream.range(0, 10).mapToObj(i -> new Entry(room, "user" + i, "c")).toList()));
    assertThat(costs(full)).isEqualTo(costs(room)).doesNotContainKeys("keys", "scan", "sscan", "zscan", "hscan");
  }

  @Test
  void a_refresh_that_is_overtaken_by_a_leave_brings_nobody_back() {
    listen();
    Entry alice = new Entry(room, "alice", "c1");
    a.ask(PresenceApi.JOIN, join(alice));
    a.ask(PresenceApi.LEAVE, leave(alice));
    assertThat(a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice))).lost()).containsExactly(alice);
    assertThat(redis.command("EXISTS", key("alice:c1"), "presence:index:" + room).toInteger()).isZero();
    for (int i = 0; i < 300; i++) {
      Entry entry = new Entry(room, "user" + i, "c");
      a.ask(PresenceApi.JOIN, join(entry));
      List<Future<?>> both = new ArrayList<>(List.of(
          a.later(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(entry))),
          a.later(PresenceApi.LEAVE, leave(entry))));
      await(Future.all(both));
    }
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).isEmpty();
    assertThat(redis.command("EXISTS", "presence:index:" + room, "presence:connections:" + room).toInteger()).isZero();
  }

  @Test
  void a_look_at_many_comes_in_slices_and_is_whole() {
    List<Entry> entries = IntStream.range(0, 2_300).mapToObj(i -> new Entry(room, "user" + i / 2, "c" + i)).toList();
    assertThat(a.ask(PresenceApi.RESTORE, new Restore(roomId, room, entries)).joined()).hasSize(1_150);
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).hasSize(1_150).isSorted();
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
    a.ask(PresenceApi.JOIN, new Join(roomId, new Entry(where, "warm", "up")));
    Map<String, Long> before = commandStats();
    a.ask(PresenceApi.JOIN, new Join(roomId, new Entry(where, "alice", "c1")));
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
}
