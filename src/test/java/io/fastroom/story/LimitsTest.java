package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Cluster;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.WireSocket;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Small limits on a node of their own. */
class LimitsTest extends Story {
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    node = Cluster.start(Map.of("WS_CHAT_RATE", "2", "WS_MESSAGE_RATE", "10", "WS_MAX_ROOMS", "2",
        "WS_MAX_SOCKETS_PER_USER", "2", "AUTH_RATE_PER_MINUTE", "5", "WS_ORIGINS", "https://good.example",
        "CORS_ORIGINS", "https://good.example", "REST_WRITE_RATE", "100"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void chats_beyond_the_burst_are_refused_with_the_time_to_wait() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, node, room);
    for (int i = 0; i < 7; i++) {
      a.send("chat", "room", room.name(), "message", "m" + i, "ref", "m" + i);
    }
    a.barrier();
    a.await("the last allowed", chat("m5"));
    JsonObject refused = a.await("the refusal", error("rate_limited"));
    assertThat(refused.getString("ref")).isEqualTo("m6");
    assertThat(refused.getLong("retry_after_ms")).isBetween(1L, 500L);
    assertTold("socket_chats", alice);
    Until.pause(refused.getLong("retry_after_ms") + 50);
    a.chat(room.name(), "after the wait");
  }

  @Test
  void whoever_goes_on_is_closed_with_1008() {
    Person eve = person("eve");
    Ws a = connect(eve, node);
    try {
      for (int i = 0; i < 5_000 && a.isOpen(); i++) {
        a.send("ping");
      }
    } catch (UncheckedIOException closed) {
      assertThat(closed).isNotNull();
    }
    assertThat(a.awaitClose()).isIn(1008, Ws.NO_CLOSE_FRAME);
    assertThat(a.seen()).anyMatch(error("rate_limited"));
    assertTold("socket_messages", eve);
  }

  private static void assertTold(String kind, Person person) {
    assertThat(node.metric("fastroom_rate_limited_total{kind=\"" + kind + "\"}")).isPositive();
    Until.holds("the log names who was limited", () -> node.log().contains("limited kind=" + kind + " account="
        + person.name() + " address=127.0.0.1"));
  }

  @Test
  void joining_and_leaving_too_often_is_told_by_rest_and_on_the_socket() {
    Person alice = person("alice");
    Person bob = person("bob");
    for (boolean rest : new boolean[] {true, false}) {
      Person who = rest ? alice : bob;
      RoomRef room = who.createRoom(one());
      RoomRef others = person("carol").createRoom(one());
      for (int i = 0; i < 5; i++) {
        who.on(node).post("/rooms/" + others.id() + "/join", new JsonObject()).expect(201);
        who.on(node).delete("/rooms/" + others.id() + "/leave").expect(204);
      }
      Ws socket = inRoom(who, node, room);
      if (rest) {
        who.on(node).post("/rooms/" + others.id() + "/join", new JsonObject()).expect(429);
      } else {
        assertThat(socket.ask("join", "room", others.name()).getString("code")).isEqualTo("rate_limited");
      }
      assertTold("room_moves", who);
    }
  }

  @Test
  void a_third_room_is_one_too_many_until_another_is_left() {
    Person alice = person("alice");
    RoomRef first = alice.createRoom(one());
    RoomRef third = alice.createRoom(one());
    Ws a = inRoom(alice, node, first);
    a.join(alice.createRoom(one()).name());
    assertThat(a.ask("join", "room", third.name()).getString("code")).isEqualTo("too_many_rooms");
    a.ask("leave", "room", first.name());
    assertThat(a.join(third.name()).error()).isNull();
  }

  @Test
  void a_third_socket_of_a_user_is_refused_with_1008() {
    Person alice = person("alice");
    connect(alice, node);
    Ws second = connect(alice, node);
    Ws third = closing(Ws.open(node, "/ws?access_token=" + alice.access(), Map.of()));
    assertThat(third.awaitClose()).isEqualTo(1008);
    assertThat(third.seen()).anyMatch(error("too_many_sockets"));
    assertTold("sockets", alice);
    second.close();
    connect(alice, node).barrier();
  }

  @Test
  void browsers_of_other_origins_are_refused_at_the_handshake() {
    String path = "/ws?access_token=" + person("alice").access();
    assertThat(WireSocket.handshake(node, path, Map.of("Origin", "https://evil.example"))).isEqualTo(403);
    assertThat(WireSocket.handshake(node, path, Map.of("Origin", "null"))).isEqualTo(403);
    assertThat(WireSocket.handshake(node, path, Map.of("Origin", "https://good.example"))).isEqualTo(101);
    assertThat(WireSocket.handshake(node, path, Map.of("Origin", "http://127.0.0.1:" + node.port()))).isEqualTo(101);
    assertThat(WireSocket.handshake(node, path, Map.of())).isEqualTo(101);
    assertThat(WireSocket.handshake(one(), path, Map.of("Origin", "https://good.example"))).isEqualTo(403);
  }

  @Test
  void logins_beyond_the_rate_get_429_with_the_time_to_wait() {
    Rest rest = new Rest(node.url(), null);
    Answer answer = null;
    for (int i = 0; i < 12; i++) {
      answer = rest.form("/token", Map.of("username", "nobody.here", "password", "wrong wrong"));
      if (answer.status() == 429) {
        break;
      }
      answer.expect(401);
    }
    assertThat(answer.status()).isEqualTo(429);
    assertThat(Duration.ofSeconds(Long.parseLong(answer.header("Retry-After")))).isLessThanOrEqualTo(
        Duration.ofMinutes(1));
    rest.post("/register", new JsonObject().put("username", "somebody.new").put("password", "long enough"))
        .expect(429);
  }
}
