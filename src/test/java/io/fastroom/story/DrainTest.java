package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.EventStream;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.WireSocket;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Promise 10: what a node does between SIGTERM and its end. */
class DrainTest extends Story {

  @Test
  void readiness_fails_first_then_sockets_are_sent_away_one_after_the_other_and_no_more_are_let_in() throws IOException {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    try (NodeProcess leaving = Cluster.start(Map.of("DRAIN_SECONDS", "3"))) {
      Until.holds("it is ready", () -> leaving.readiness() == 200);
      List<Ws> sockets = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        sockets.add(connect(alice, leaving));
      }
      leaving.sigterm();
      Until.holds("it is not ready", Duration.ofSeconds(1), () -> leaving.readiness() == 503);
      long notReady = System.nanoTime();
      assertThat(WireSocket.handshake(leaving, "/ws?access_token=" + alice.access(), Map.of())).isEqualTo(503);
      try (EventStream stream = EventStream.open(leaving.url(), alice.access(), room.path() + "/events", null)) {
        assertThat(stream.status()).isEqualTo(503);
      }
      assertThat(sockets).allMatch(Ws::isOpen);
      Until.holds("the first is sent away", () -> sockets.stream().anyMatch(ws -> !ws.isOpen()));
      assertThat(letIn(alice, leaving)).isFalse();
      sockets.forEach(ws -> assertThat(ws.awaitClose()).isEqualTo(1012));
      List<Long> times = sockets.stream().map(Ws::closedAt).sorted().toList();
      assertThat(times.get(0)).as("balancers have time to notice").isGreaterThan(notReady + 500_000_000L);
      assertThat((times.get(39) - times.get(0)) / 1_000_000).as("milliseconds from the first to the last")
          .isBetween(1_000L, 3_000L);
      assertThat(leaving.awaitExit(Duration.ofSeconds(15))).isZero();
    }
  }

  @Test
  void no_edge_is_added_to_a_node_that_stops() {
    Person alice = person("alice");
    try (NodeProcess leaving =
        Cluster.start(Map.of("DRAIN_SECONDS", "1", "DRAIN_NOTICE_SECONDS", "3", "EDGE_INSTANCES", "1"))) {
      Until.holds("it is ready", () -> leaving.readiness() == 200);
      leaving.sigterm();
      Until.holds("it is not ready", Duration.ofSeconds(1), () -> leaving.readiness() == 503);

      Answer refused = new Rest("http://127.0.0.1:" + leaving.managementPort(), null)
          .send("PUT", "/verticles/edge", "application/json", "{\"instances\": 4}").expect(503);

      assertThat(refused.json().getString("detail")).isEqualTo("The node is draining.");
      assertThat(refused.header("Retry-After")).isNotNull();
      for (int i = 0; i < 8; i++) {
        assertThat(letIn(alice, leaving)).isFalse();
      }
      assertThat(leaving.awaitExit(Duration.ofSeconds(15))).isZero();
    }
  }

  private static boolean letIn(Person person, NodeProcess node) {
    try {
      return WireSocket.handshake(node, "/ws?access_token=" + person.access(), Map.of()) == 101;
    } catch (UncheckedIOException gone) {
      return false;
    }
  }

  @Test
  void chats_that_were_taken_are_committed_before_the_end() throws SQLException {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws viewer = inRoom(alice, one(), room);
    try (NodeProcess leaving = Cluster.start(Map.of("DRAIN_SECONDS", "1"));
        Connection database = Backends.postgres().connect(); Statement statement = database.createStatement()) {
      Ws sender = inRoom(alice, leaving, room);
      long before = viewer.chat(room.name(), "before").getLong("seq");
      sender.await("the chat", chat("before"));
      database.setAutoCommit(false);
      statement.execute("SELECT FROM rooms WHERE id = " + room.id() + " FOR UPDATE");
      // The first is on its way to the database, the others wait for its commit.
      for (int i = 0; i < 3; i++) {
        sender.send("chat", "room", room.name(), "message", "last words " + i);
      }
      sender.barrier();
      leaving.sigterm();
      assertThat(sender.awaitClose()).isEqualTo(1012);
      Until.pause(500);
      database.rollback();
      assertThat(leaving.awaitExit(Duration.ofSeconds(15))).isZero();
      viewer.await("the last", chat("last words 2"));
      List<JsonObject> chats = viewer.frames("chat").stream().filter(f -> f.getLong("seq") > before).toList();
      assertThat(chats).extracting(f -> f.getString("message"))
          .containsExactly("last words 0", "last words 1", "last words 2");
      leaving.assertCleanLog(0);
    }
  }
}
