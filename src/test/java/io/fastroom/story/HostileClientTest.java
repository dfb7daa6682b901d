package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.WireSocket;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Frames nobody should send. */
class HostileClientTest extends Story {

  @Test
  void a_binary_frame_closes_with_1003() {
    Ws ws = connect(person("eve"), one());
    ws.binary("{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(ws.awaitClose()).isEqualTo(1003);
  }

  @Test
  void invalid_utf_8_closes_with_1007() {
    Ws ws = connect(person("eve"), one());
    ws.textBytes(new byte[] {'{', '"', (byte) 0xc3, 0x28, '"', '}'});
    assertThat(ws.awaitClose()).isEqualTo(1007);
  }

  @Test
  void a_frame_over_64_kib_closes_with_1009() {
    Ws ws = connect(person("eve"), one());
    ws.text("{\"type\":\"ping\",\"x\":\"" + "x".repeat(70_000) + "\"}");
    assertThat(ws.awaitClose()).isEqualTo(1009);
  }

  @Test
  void fragments_that_add_up_to_more_than_64_kib_close_with_1009() {
    Ws ws = connect(person("eve"), one());
    String part = "x".repeat(30_000);
    // It may be closed as soon as the last of them begins.
    ws.fragments("{\"type\":\"ping\",\"x\":\"", part, part, part + "\"}");
    assertThat(ws.awaitClose()).isEqualTo(1009);
  }

  @Test
  void a_message_in_fragments_is_one_message() {
    Ws ws = connect(person("alice"), one());
    ws.fragments("{\"type\":", "\"ping\",\"ref", "\":\"frag\"}");
    assertThat(ws.await("pong", type("pong")).getString("ref")).isEqualTo("frag");
    assertThat(ws.frames("pong").get(0).getString("ts")).isNotBlank();
  }

  @Test
  void frames_against_the_protocol_close_with_1002() {
    for (byte[] bytes : List.of(
        new byte[] {(byte) 0x81, 0x02, '{', '}'},
        new byte[] {(byte) 0x83, (byte) 0x80, 1, 2, 3, 4},
        new byte[] {(byte) 0xf1, (byte) 0x80, 1, 2, 3, 4})) {
      Ws ws = connect(person("eve"), one());
      ws.rawBytes(bytes);
      assertThat(ws.awaitClose()).isEqualTo(1002);
    }
  }

  @Test
  void every_bad_message_gets_its_code_and_leaves_the_socket_open() {
    Person eve = person("eve");
    RoomRef room = eve.createRoom(one());
    Ws ws = inRoom(eve, one(), room);
    String name = "\"room\":" + new JsonObject().put("n", room.name()).encode().replaceAll("^.*:|}$", "");
    Map<String, List<String>> expected = Map.of(
        "invalid_json", List.of("", "x", "{", "{\"type\":\"ping\"", "{\"type\":\"ping\"} trailing", "{'type':1}"),
        "unknown_type", List.of("{\"type\":\"dance\"}", "{\"type\":\"joined\",\"room\":\"x\"}"),
        "invalid_message", List.of("{}", "{\"type\":1}", "{\"type\":null}", "{\"type\":\"join\"}",
            "{\"type\":\"join\",\"room\":1}", "{\"type\":\"join\",\"room\":null}",
            "{\"type\":\"join\"," + name + ",\"since\":\"x\"}", "{\"type\":\"join\"," + name + ",\"since\":1.5}",
            "{\"type\":\"chat\"," + name + "}", "{\"type\":\"chat\"," + name + ",\"message\":{}}",
            "{\"type\":\"chat\"," + name + ",\"message\":\"a\\u0000b\"}",
            "{\"type\":\"chat\"," + name + ",\"message\":\"\\ud800\"}",
            "{\"type\":\"chat\"," + name + ",\"message\":\"a\",\"client_id\":7}",
            "{\"type\":\"typing\"," + name + ",\"isTyping\":\"yes\"}",
            "{\"type\":\"history_more\"," + name + ",\"before_id\":\"x\"}",
            "{\"type\":\"ping\",\"ref\":\"" + "r".repeat(65) + "\"}", "{\"type\":\"ping\",\"ref\":5}"));
    expected.forEach((code, messages) -> messages.forEach(message -> {
      ws.mark();
      ws.text(message);
      ws.barrier();
      assertThat(ws.seen().stream().filter(f -> !Ws.type(f, "pong")).toList()).as(message).hasSize(1)
          .allMatch(error(code), code);
      assertThat(ws.frames("error").get(0).getString("message")).as(message).isNotBlank();
    }));
    for (String message : List.of("[]", "1", "null", "\"ping\"", "[".repeat(60_000), "{\"a\":".repeat(10_000))) {
      ws.mark();
      ws.text(message);
      ws.barrier();
      assertThat(ws.frames("error")).as(message.substring(0, 1)).hasSize(1)
          .allMatch(f -> List.of("invalid_json", "invalid_message").contains(f.getString("code")));
    }
    assertThat(ws.isOpen()).isTrue();
  }

  @Test
  void unknown_fields_are_ignored_and_large_numbers_harmless() {
    Person eve = person("eve");
    RoomRef room = eve.createRoom(one());
    Ws ws = inRoom(eve, one(), room);
    JsonObject pong = ws.ask("ping", "extra", new JsonObject().put("deep", List.of(1, 2)));
    assertThat(pong.getString("type")).isEqualTo("pong");
    ws.text("{\"type\":\"history_more\",\"room\":\"" + room.name() + "\",\"before_id\":99999999999999999999999}");
    ws.text("{\"type\":\"join\",\"room\":\"" + room.name() + "\",\"since\":99999999999999999999999}");
    ws.text("{\"type\":\"ping\",\"type\":\"ping\"}");
    ws.barrier();
    assertThat(ws.isOpen()).isTrue();
  }

  @Test
  void http_upgrades_that_are_no_websocket_are_refused() {
    Person eve = person("eve");
    assertThat(WireSocket.handshake(one(), "/ws?access_token=" + eve.access(),
        Map.of("Sec-WebSocket-Extensions", "x; y=\"z")))
        .isIn(101, 400);
    assertThat(WireSocket.handshake(one(), "/users/me", Map.of())).isIn(400, 401, 404);
    assertThat(eve.on(one()).get("/ws").status()).isBetween(400, 499);
  }
}
