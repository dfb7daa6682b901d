package io.fastroom.websocket;

import static io.fastroom.websocket.SocketsUnderTest.chat;
import static io.fastroom.websocket.SocketsUnderTest.frame;
import static io.fastroom.websocket.SocketsUnderTest.until;
import static io.fastroom.websocket.SocketsUnderTest.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.AuthApi;
import io.fastroom.auth.Keys;
import io.fastroom.auth.Principal;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.User;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CloseCodeTest {
  private static final int TEXT = 0x81;
  private static final int TEXT_FRAGMENT = 0x01;
  private static final int CONTINUATION = 0x00;
  private static final int LAST = 0x80;

  private static SocketsUnderTest node;

  @BeforeAll
  static void start() {
    node = new SocketsUnderTest();
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @Test
  void closes_a_binary_frame_with_1003() throws Exception {
    RawSocket socket = node.connect();
    socket.frame(0x82, new byte[] {1});
    assertThat(socket.closeCode()).isEqualTo(1003);
  }

  @Test
  void closes_text_that_is_not_utf8_with_1007() throws Exception {
    RawSocket socket = node.connect();
    socket.frame(TEXT, new byte[] {'"', (byte) 0xC3, '"'});
    assertThat(socket.closeCode()).isEqualTo(1007);
  }

  @Test
  void takes_a_replacement_character_for_what_it_is() throws Exception {
    RawSocket socket = node.connect();
    socket.send("\uFFFD");
    assertThat(socket.json().getString("code")).isEqualTo("invalid_json");
  }

  @Test
  void closes_a_frame_of_more_than_64_KiB_with_1009_although_it_goes_on_arriving() throws Exception {
    RawSocket socket = node.connect();
    socket.frame(TEXT, new byte[(64 << 10) + 1]);
    assertThat(socket.closeCode()).isEqualTo(1009);
    RawSocket other = node.connect();
    other.frame(TEXT, new byte[8 << 20]);
    assertThat(other.closeCode()).isEqualTo(1009);
  }

  @Test
  void takes_a_frame_of_64_KiB() throws Exception {
    RawSocket socket = node.connect();
    socket.frame(TEXT, new byte[64 << 10]);
    assertThat(socket.json().getString("code")).isEqualTo("invalid_json");
  }

  @Test
  void closes_fragments_that_add_up_to_more_than_64_KiB_with_1009() throws Exception {
    RawSocket socket = node.connect();
    byte[] half = "x".repeat(40 << 10).getBytes(StandardCharsets.UTF_8);
    socket.frame(TEXT_FRAGMENT, half);
    socket.frame(CONTINUATION, half);
    assertThat(socket.closeCode()).isEqualTo(1009);
  }

  @Test
  void puts_fragments_together_across_a_character_and_a_ping() throws Exception {
    RawSocket socket = node.connect();
    byte[] text = "{\"type\":\"ping\",\"ref\":\"\u00e9\"}".getBytes(StandardCharsets.UTF_8);
    int cut = text.length - 3;
    socket.frame(TEXT_FRAGMENT, new byte[0]);
    socket.frame(CONTINUATION, Arrays.copyOfRange(text, 0, cut));
    socket.frame(0x89, "p".getBytes(StandardCharsets.UTF_8));
    socket.frame(CONTINUATION | LAST, Arrays.copyOfRange(text, cut, text.length));
    assertThat(socket.next().opcode()).isEqualTo(10);
    assertThat(socket.json("pong").getString("ref")).isEqualTo("\u00e9");
  }

  @Test
  void closes_what_breaks_the_protocol_with_1002() throws Exception {
    RawSocket reservedOpcode = node.connect();
    reservedOpcode.frame(0x83, new byte[0]);
    assertThat(reservedOpcode.closeCode()).isEqualTo(1002);
    RawSocket reservedBit = node.connect();
    reservedBit.frame(0xC1, new byte[0]);
    assertThat(reservedBit.closeCode()).isEqualTo(1002);
    RawSocket unmasked = node.connect();
    unmasked.raw(new byte[] {(byte) 0x81, 2, '{', '}'});
    assertThat(unmasked.closeCode()).isEqualTo(1002);
    RawSocket stray = node.connect();
    stray.frame(CONTINUATION | LAST, new byte[0]);
    assertThat(stray.closeCode()).isEqualTo(1002);
    RawSocket longPing = node.connect();
    longPing.frame(0x89, new byte[126]);
    assertThat(longPing.closeCode()).isEqualTo(1002);
  }

  @Test
  void answers_a_close_with_the_same_code() throws Exception {
    RawSocket socket = node.connect();
    socket.frame(0x88, new byte[] {0x03, (byte) 0xE8});
    assertThat(socket.closeCode()).isEqualTo(1000);
    assertThat(socket.next()).isNull();
  }

  @Test
  void tells_a_bad_token_once_and_closes_with_4401() throws Exception {
    for (RawSocket socket : List.of(node.raw("/ws"), node.raw("/ws?access_token=nonsense"),
        node.raw("/ws", "Authorization: Bearer a.b.c"))) {
      assertThat(socket.status()).isEqualTo(101);
      JsonObject error = socket.json();
      assertThat(error.getString("type")).isEqualTo("error");
      assertThat(error.getString("code")).isEqualTo("unauthorized");
      RawSocket.Frame close = socket.next();
      assertThat(close.code()).isEqualTo(4401);
    }
  }

  /** Nobody answers here for PostgreSQL. */
  @Test
  void a_key_that_cannot_be_looked_up_may_be_as_good_as_ever_and_closes_with_1013() throws Exception {
    RawSocket socket = node.raw("/ws", "Authorization: Bearer " + Keys.PREFIX + "a".repeat(43));
    assertThat(socket.json().getString("code")).isEqualTo("unavailable");
    assertThat(socket.next().code()).isEqualTo(1013);
  }

  @Test
  void takes_the_token_by_header_and_by_subprotocol() throws Exception {
    String token = node.tokens.sign(user()).access();
    RawSocket header = node.raw("/ws", "Authorization: bearer " + token);
    assertThat(header.json().getString("type")).isEqualTo("system");
    RawSocket subprotocol = node.raw("/ws", "Sec-WebSocket-Protocol: bearer, " + token);
    assertThat(subprotocol.header("sec-websocket-protocol")).isEqualTo("bearer");
    assertThat(subprotocol.json().getString("type")).isEqualTo("system");
  }

  @Test
  void closes_the_sockets_of_a_revoked_token_and_of_a_disabled_user() throws Exception {
    User user = user();
    String token = node.tokens.sign(user).access();
    RawSocket revoked = node.raw("/ws?access_token=" + token);
    RawSocket other = node.connect();
    User disabled = user();
    RawSocket off = node.connect(disabled);
    revoked.json("system");
    Principal principal = node.tokens.verifyAccess(token).await();
    node.bus.announce(AuthApi.REVOKED, new AuthApi.Revoked(
        List.of(new BlockedToken(principal.jti(), principal.expiresAt())), List.of(disabled.id())));
    for (RawSocket socket : List.of(revoked, off)) {
      assertThat(socket.json().getString("code")).isEqualTo("unauthorized");
      assertThat(socket.next().code()).isEqualTo(4401);
    }
    other.send(frame("ping"));
    assertThat(other.json().getString("type")).isEqualTo("pong");
  }

  @Test
  void cuts_a_revoked_socket_off_that_does_not_answer() throws Exception {
    User user = user();
    RawSocket socket = node.connect(user);
    long start = System.nanoTime();
    node.bus.announce(AuthApi.REVOKED, new AuthApi.Revoked(List.of(), List.of(user.id())));
    while (socket.next() != null) {
      // reads on without ever answering
    }
    assertThat(System.nanoTime() - start).isLessThan(1_500_000_000L);
  }

  @Test
  void finds_a_revocation_that_nobody_told() throws Exception {
    String token = node.tokens.sign(user()).access();
    RawSocket socket = node.raw("/ws?access_token=" + token);
    socket.json("system");
    node.blocked.add(node.tokens.verifyAccess(token).await().jti());
    assertThat(socket.closeCode()).isEqualTo(4401);
  }

  @Test
  void renews_a_token_of_the_same_user_in_place() throws Exception {
    User user = user();
    String first = node.tokens.sign(user).access();
    RawSocket socket = node.raw("/ws?access_token=" + first);
    socket.json("system");
    socket.send(frame("auth").put("access_token", node.tokens.sign(user()).access()).put("ref", "1"));
    assertThat(socket.json().getString("code")).isEqualTo("unauthorized");
    socket.send(frame("auth").put("access_token", "rubbish"));
    assertThat(socket.json().getString("code")).isEqualTo("unauthorized");
    socket.send(frame("auth").put("access_token", node.tokens.sign(user).access()).put("ref", "2"));
    JsonObject authenticated = socket.json();
    assertThat(authenticated.getString("type")).isEqualTo("authenticated");
    assertThat(authenticated.getString("ref")).isEqualTo("2");
    assertThat(authenticated.getLong("expires_in")).isBetween(3590L, 3600L);
    Principal old = node.tokens.verifyAccess(first).await();
    node.bus.announce(AuthApi.REVOKED,
        new AuthApi.Revoked(List.of(new BlockedToken(old.jti(), Instant.MAX)), List.of()));
    assertThat(socket.isSilent(200)).isTrue();
  }

  @Test
  void refuses_one_socket_too_many_of_a_user() throws Exception {
    try (SocketsUnderTest small = new SocketsUnderTest("WS_CHAT_RATE", "2", "WS_MESSAGE_RATE", "10", "WS_MAX_ROOMS",
        "2", "WS_MAX_SOCKETS_PER_USER", "2")) {
      User user = user();
      RawSocket first = small.connect(user);
      small.connect(user);
      RawSocket third = small.raw("/ws?access_token=" + small.tokens.sign(user).access());
      assertThat(third.json().getString("code")).isEqualTo("too_many_sockets");
      assertThat(third.closeCode()).isEqualTo(1008);
      first.close();
      until(() -> small.counted("fastroom.sockets") == 1);
      small.connect(user);
    }
  }

  @Test
  void slows_down_and_then_closes_who_sends_too_much() throws Exception {
    try (SocketsUnderTest small = new SocketsUnderTest("WS_CHAT_RATE", "2", "WS_MESSAGE_RATE", "1000",
        "WS_MAX_ROOMS", "2")) {
      String room = "room " + UUID.randomUUID();
      RawSocket socket = small.joined(user(), room);
      for (int i = 0; i < 6; i++) {
        socket.send(chat(room, "spam " + i));
        assertThat(socket.json("chat").getString("message")).isEqualTo("spam " + i);
      }
      socket.send(chat(room, "too much").put("ref", "r"));
      JsonObject error = socket.json("error");
      assertThat(error.getString("code")).isEqualTo("rate_limited");
      assertThat(error.getString("ref")).isEqualTo("r");
      assertThat(error.getString("room")).isEqualTo(room);
      assertThat(error.getLong("retry_after_ms")).isBetween(1L, 500L);
      for (int i = 0; i < 100; i++) {
        socket.send(chat(room, "spam"));
      }
      assertThat(socket.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void refuses_one_room_too_many() throws Exception {
    try (SocketsUnderTest small = new SocketsUnderTest("WS_MAX_ROOMS", "2")) {
      RawSocket socket = small.joined(user(), "a");
      SocketsUnderTest.join(socket, "b");
      socket.send(frame("join").put("room", "c"));
      JsonObject error = socket.json("error");
      assertThat(error.getString("code")).isEqualTo("too_many_rooms");
      assertThat(error.getString("room")).isEqualTo("c");
      SocketsUnderTest.join(socket, "a");
    }
  }
}
