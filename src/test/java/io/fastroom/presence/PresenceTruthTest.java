package io.fastroom.presence;

import static io.fastroom.redis.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Left;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.presence.PresenceApi.Refresh;
import io.fastroom.presence.PresenceApi.RefreshAll;
import io.fastroom.presence.PresenceApi.Refreshed;
import io.fastroom.presence.PresenceApi.Restore;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Swept;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other programs do to the keys, and what happens to all of them. */
class PresenceTruthTest extends TwoNodes {
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
  void hears_of_them_also_after_another_program_has_set_the_events_for_itself() {
    listen();
    redis.command("CONFIG", "SET", "notify-keyspace-events", "Kx");
    until(Duration.ofSeconds(12), () -> {
      String flags = redis.command("CONFIG", "GET", "notify-keyspace-events").toString();
      return Stream.of("K", "x", "E", "$").allMatch(flags::contains);
    });
    redis.command("SET", key("mallory:x1"), "1", "PX", "20000");
    until(SOON, () -> diffs(a).equals(List.of("join mallory")) && diffs(b).equals(List.of("join mallory")));
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

    assertThat(a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice))).lost()).containsExactly(alice);
    assertThat(a.ask(PresenceApi.RESTORE, new Restore(roomId, room, List.of(alice))).joined()).containsExactly("alice");
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("alice");
    until(SOON, () -> diffs(b).equals(List.of("join alice", "join alice")));
    assertThat(a.ask(PresenceApi.REFRESH, new Refresh(roomId, room, List.of(alice))).lost()).isEmpty();
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

  @ParameterizedTest
  @ValueSource(strings = {"index", "connections"})
  void a_list_made_something_else_by_another_program_is_made_anew_and_harms_no_other_room(String list) {
    Entry alice = new Entry(room, "alice", "c1");
    Entry bob = new Entry(room + " too", "bob", "c2");
    a.ask(PresenceApi.JOIN, join(alice));
    a.ask(PresenceApi.JOIN, new Join(roomId + 1, bob));
    redis.command("SET", "presence:" + list + ":" + room, "x");
    redis.command("PEXPIRE", key("bob:c2").replace(room, bob.room()), "100");

    List<Refreshed> all = a.ask(PresenceApi.REFRESH_ALL, new RefreshAll(List.of(
        new Refresh(roomId, room, List.of(alice)), new Refresh(roomId + 1, bob.room(), List.of(bob)))));
    assertThat(all.get(0).lost()).isEqualTo(list.equals("connections") ? List.of(alice) : List.of());
    assertThat(all.get(1).lost()).isEmpty();
    assertThat(redis.command("PTTL", key("bob:c2").replace(room, bob.room())).toLong()).isGreaterThan(100);
    a.ask(PresenceApi.RESTORE, new Restore(roomId, room, List.of(alice)));
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("alice");
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
    assertThat(first).isEqualTo(new Swept(List.of(), true, true, Map.of()));
    assertThat(b.ask(PresenceApi.SWEEP, sweep())).isEqualTo(new Swept(List.of(), true, true, Map.of()));
    assertThat(a.ask(PresenceApi.SWEEP, sweep()).dataLost()).isFalse();

    assertThat(a.ask(PresenceApi.RESTORE, new Restore(roomId, room, List.of(alice))).joined()).containsExactly("alice");
    assertThat(b.ask(PresenceApi.RESTORE, new Restore(roomId, room, List.of(bob))).joined()).containsExactly("bob");
    assertThat(a.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).users()).containsExactly("alice", "bob");
    assertThat(diffs(a)).doesNotContain("leave alice", "leave bob");
  }

  @Test
  void nobody_is_taken_out_while_there_is_a_hold() {
    a.ask(PresenceApi.JOIN, join(new Entry(room, "alice", "c1")));
    expire("alice:c1");
    redis.command("SET", "presence:hold", "1", "PX", "20000");
    assertThat(b.ask(PresenceApi.SWEEP, sweep())).isEqualTo(new Swept(List.of(), false, true, Map.of()));
    assertThat(b.ask(PresenceApi.SNAPSHOT, new Snapshot(room)).held()).isTrue();
    redis.command("DEL", "presence:hold");
    assertThat(b.ask(PresenceApi.SWEEP, sweep()).left()).hasSize(1);
  }
}
