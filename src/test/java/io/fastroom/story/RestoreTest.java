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
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A PostgreSQL that is put back to where a backup was, sequences included, with and without the node running. */
@Tag("slow")
class RestoreTest {
  /** What is said after the backup, and lost. */
  private static final int LOST = 6;

  private static List<JsonObject> say(Ws ws, RoomRef room, String what, int times) {
    List<JsonObject> said = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      said.add(ws.chat(room.name(), what + " " + i));
    }
    return said;
  }

  private static List<Long> ids(List<JsonObject> chats) {
    return chats.stream().map(chat -> chat.getLong("message_id")).toList();
  }

  private static void restore(LogTables log, long lastId) {
    log.takeBack(LOST);
    log.run("SELECT setval('messages_id_seq', " + lastId + ")");
  }

  @Test
  void while_the_node_is_stopped_ids_are_not_given_out_again_and_nobody_resumes() {
    try (Postgres postgres = new Postgres();
        NodeProcess node = new NodeProcess(postgres, Backends.redis(), Cluster.UNLIMITED).start()) {
      Person alice = Person.register(node, "alice");
      RoomRef room = alice.createRoom(node);
      LogTables log = new LogTables(postgres, room);
      List<JsonObject> old;
      try (Ws a = alice.connect(node)) {
        a.join(room.name());
        old = say(a, room, "old", 4 + LOST);
      }
      node.term(Duration.ofSeconds(30));
      restore(log, old.get(3).getLong("message_id"));
      node.start();
      try (Ws a = alice.connect(node); Ws b = alice.connect(node)) {
        a.join(room.name());
        List<JsonObject> anew = say(a, room, "new", 2 + LOST);
        assertThat(ids(anew)).doesNotContainAnyElementsOf(ids(old)).isSorted();
        assertThat(anew.get(0).getLong("message_id")).isGreaterThan(old.get(3 + LOST).getLong("message_id"))
            .isLessThan(1L << 53);
        for (JsonObject seen : old.subList(4, 4 + LOST)) {
          Joined joined = b.join(room.name(), seen.getLong("seq"), seen.getString("ts"));
          assertThat(joined.resumed()).isFalse();
          assertThat(joined.entries()).extracting(e -> e.getString("message")).isEqualTo(log.texts());
        }
        JsonObject kept = old.get(3);
        Joined joined = b.join(room.name(), kept.getLong("seq"), kept.getString("ts"));
        assertThat(joined.resumed()).as("what both histories have").isTrue();
        assertThat(joined.seqs()).isEqualTo(Story.range(kept.getLong("seq") + 1, kept.getLong("seq") + 2 + LOST));
      }
    }
  }

  @Test
  void under_a_live_node_ids_are_not_given_out_again_once_it_was_told() {
    try (Postgres postgres = new Postgres();
        NodeProcess node = new NodeProcess(postgres, Backends.redis(), Cluster.UNLIMITED).start()) {
      Person alice = Person.register(node, "alice");
      RoomRef room = alice.createRoom(node);
      LogTables log = new LogTables(postgres, room);
      try (Ws a = alice.connect(node)) {
        a.join(room.name());
        List<JsonObject> old = say(a, room, "old", 4 + LOST);
        a.mark();
        restore(log, old.get(3).getLong("message_id"));
        a.await("to be told", Duration.ofSeconds(5), f -> Ws.type(f, "history"));
        List<JsonObject> anew = say(a, room, "new", 2 + LOST);
        assertThat(ids(anew)).doesNotContainAnyElementsOf(ids(old)).isSorted();
        Until.holds("it shows what the log has", () -> View.of(a, room.name()).texts().equals(log.texts()));
      }
    }
  }

  @Test
  void behind_new_connections_ids_are_not_given_out_again_even_if_no_live_room_tells_of_it() {
    try (Postgres postgres = new Postgres();
        NodeProcess node = new NodeProcess(postgres, Backends.redis(), Cluster.UNLIMITED).start()) {
      Person alice = Person.register(node, "alice");
      RoomRef quiet = alice.createRoom(node);
      RoomRef room = alice.createRoom(node);
      try (Ws a = alice.connect(node)) {
        a.join(room.name());
        JsonObject kept = a.chat(room.name(), "kept");
        // As if messages of another room had been there, whose node is gone with the server that had them.
        new LogTables(postgres, quiet).run("SELECT setval('messages_id_seq', " + (kept.getLong("message_id") - 1_000) + ")",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL");
        Until.holds("a chat is taken", Duration.ofSeconds(20), () -> {
          JsonObject answer = a.ask("chat", "room", room.name(), "message", "after");
          if (Ws.type(answer, "chat")) {
            assertThat(answer.getLong("message_id")).isGreaterThan(kept.getLong("message_id"));
            return true;
          }
          return false;
        });
      }
    }
  }

  @Test
  void with_all_connections_broken_and_the_server_started_anew_everybody_starts_over() {
    try (Postgres postgres = new Postgres();
        NodeProcess node = new NodeProcess(postgres, Backends.redis(), Cluster.UNLIMITED).start()) {
      Person alice = Person.register(node, "alice");
      RoomRef room = alice.createRoom(node);
      LogTables log = new LogTables(postgres, room);
      try (Ws a = alice.connect(node); Ws b = Person.register(node, "bob").connect(node)) {
        a.join(room.name());
        b.join(room.name());
        List<JsonObject> old = say(a, room, "old", 4 + LOST);
        restore(log, old.get(3).getLong("message_id"));
        postgres.stop();
        postgres.start();
        Until.holds("a chat is taken again", Duration.ofSeconds(20),
            () -> Ws.type(a.ask("chat", "room", room.name(), "message", "after"), "chat"));
        for (Ws each : List.of(a, b)) {
          Until.holds("everybody shows what the log has", Duration.ofSeconds(5),
              () -> View.of(each, room.name()).texts().equals(log.texts()));
        }
      }
    }
  }
}
