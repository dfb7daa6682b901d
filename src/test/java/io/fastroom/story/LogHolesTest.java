package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator's DELETE, or a partial restore, has left holes in {@code seq}. */
class LogHolesTest extends Story {
  private Person alice;
  private Person bob;
  private RoomRef room;
  private LogTables log;

  @BeforeEach
  void a_room() {
    alice = person("alice");
    bob = person("bob");
    room = alice.createRoom(one());
    log = new LogTables(Backends.postgres(), room);
  }

  /** The log has given out so many seqs that no table has. */
  private void skip(int seqs) {
    log.run("UPDATE rooms SET head_seq = " + (log.head() + seqs) + " WHERE id = :room");
  }

  @Test
  void live_events_behind_a_hole_are_released_and_it_is_counted() {
    double before = one().metric("fastroom_log_holes_total");
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    for (int hole : new int[] {1, 3, 40, 600, 5_000, 20_000}) {
      a.chat(room.name(), "before the hole " + hole);
      b.await("it", chat("before the hole " + hole));
      long head = log.head();
      skip(hole);
      long seq = a.chat(room.name(), "behind the hole " + hole).getLong("seq");
      assertThat(seq).isEqualTo(head + hole + 1);
      b.await("what is behind it", Duration.ofSeconds(3), chat("behind the hole " + hole));
      a.chat(room.name(), "and on " + hole);
      b.await("what follows", chat("and on " + hole));
    }
    assertThat(one().metric("fastroom_log_holes_total")).isGreaterThanOrEqualTo(before + 6);
    assertThat(View.of(a, room.name()).texts()).isEqualTo(log.texts());
    assertThat(View.of(b, room.name()).texts()).isEqualTo(log.texts());
  }

  @Test
  void a_hole_at_the_end_holds_nobody_up() {
    Ws a = inRoom(alice, one(), room);
    a.chat(room.name(), "last");
    skip(7);
    Until.pause(2_000);
    Joined joined = connect(bob, two()).join(room.name());
    assertThat(joined.entries()).extracting(e -> e.getString("message")).containsExactly("last");
    Joined resumed = connect(bob, one()).join(room.name(), joined.joined().getLong("seq"),
        joined.joined().getString("ts"));
    assertThat(resumed.resumed()).isTrue();
    assertThat(resumed.entries()).isEmpty();
    a.chat(room.name(), "next");
    a.ask("leave", "room", room.name());
  }

  @Test
  void joins_and_resumes_go_over_holes_on_nodes_that_read_the_log_anew() {
    Ws a = inRoom(alice, one(), room);
    for (int i = 0; i < 700; i++) {
      a.send("chat", "room", room.name(), "message", "m" + i);
    }
    a.await("all", chat("m699"));
    for (long[] hole : new long[][] {{1, 2}, {10, 10}, {50, 300}, {302, 302}, {304, 304}, {420, 421}, {690, 695}}) {
      log.delete(hole[0], hole[1]);
    }
    NodeProcess fresh = closing(Cluster.start(Cluster.UNLIMITED));
    List<Long> left = log.texts().stream().map(text -> Long.parseLong(text.substring(1)) + 1).toList();
    Joined last = connect(bob, fresh).join(room.name());
    assertThat(last.seqs()).isEqualTo(left.subList(left.size() - 50, left.size()));
    for (long since : new long[] {0, 3, 9, 11, 49, 301, 303, 305, 419, 422, 689, 696, 700}) {
      Joined joined = connect(bob, fresh).join(room.name(), since);
      assertThat(joined.resumed()).as("since " + since).isTrue();
      assertThat(joined.entries().stream().filter(type("chat")).map(entry -> entry.getLong("seq")).toList())
          .as("since " + since).isEqualTo(left.stream().filter(seq -> seq > since).toList());
      assertThat(joined.history().get(joined.history().size() - 1).getBoolean("more")).isFalse();
    }
    Joined exact = connect(bob, fresh).join(room.name(), 301, log.time(301).toInstant().toString());
    assertThat(exact.resumed()).isTrue();
    assertThat(connect(bob, fresh).join(room.name(), 302, log.time(301).toInstant().toString()).resumed())
        .as("no event bears a time there").isFalse();
    assertThat(fresh.metric("fastroom_log_holes_total")).isPositive();
    Ws b = inRoom(bob, fresh, room);
    a.chat(room.name(), "m9999");
    b.await("live", chat("m9999"));
  }

  @Test
  void a_slow_reader_catches_up_over_holes() {
    Ws slow = closing(Ws.connect(two(), bob.access(), 4 << 10));
    slow.join(room.name());
    slow.pause();
    Ws a = inRoom(alice, one(), room);
    String text = "x".repeat(3_900) + " ";
    for (int part = 0; part < 8; part++) {
      for (int i = 0; i < 100; i++) {
        a.send("chat", "room", room.name(), "message", text + part + "." + i);
      }
      a.await("the part", chat(text + part + ".99"));
      skip(5 + part);
    }
    a.chat(room.name(), "end");
    // Who joins has what was said compared with the log; to a node that had not, the log would be another one.
    inRoom(alice, one(), room);
    inRoom(bob, two(), room);
    log.delete(log.head() - 400, log.head() - 390);
    slow.resume();
    slow.await("the end", Duration.ofSeconds(30), chat("end"));
    List<Long> seqs = View.of(slow, room.name()).seqs();
    assertThat(seqs).hasSizeBetween(801 - 11, 801);
    slow.mark();
    skip(3);
    a.chat(room.name(), "live");
    slow.await("live", chat("live"));
  }

  @Test
  void a_hole_is_not_asked_for_again_and_again_and_a_deleted_room_ends() throws Exception {
    try (Postgres postgres = new Postgres(Map.of("shared_preload_libraries", "pg_stat_statements"));
        NodeProcess node = new NodeProcess(postgres, Backends.redis(), Cluster.UNLIMITED).start();
        Connection database = postgres.connect(); Statement sql = database.createStatement()) {
      sql.execute("CREATE EXTENSION pg_stat_statements");
      Person eve = Person.register(node, "eve");
      RoomRef holed = eve.createRoom(node);
      LogTables tables = new LogTables(postgres, holed);
      Ws e = closing(eve.connect(node));
      e.join(holed.name());
      e.chat(holed.name(), "before");
      // The second one is seen with nothing behind it, the first with an event.
      for (boolean behind : new boolean[] {true, false}) {
        tables.run("UPDATE rooms SET head_seq = " + (tables.head() + 9) + " WHERE id = :room");
        if (behind) {
          e.send("chat", "room", holed.name(), "message", "behind");
        }
        Until.pause(2_000);
        sql.execute("SELECT pg_stat_statements_reset()");
        Until.pause(3_000);
        try (ResultSet calls = sql.executeQuery("SELECT COALESCE(sum(calls), 0) FROM pg_stat_statements")) {
          calls.next();
          assertThat(calls.getLong(1)).as("statements of three seconds").isLessThan(150);
        }
      }
      e.await("what is behind the hole", chat("behind"));
      tables.run("DELETE FROM rooms WHERE id = :room");
      e.await("the end of the room", Duration.ofSeconds(5), type("room_deleted"));
      e.barrier();
      node.assertCleanLog(0);
      assertThat(node.readiness()).isEqualTo(200);
    }
  }
}
