package io.fastroom.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.fastroom.model.Message;
import io.fastroom.model.Problem;
import io.fastroom.model.ReactionCount;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.fastroom.websocket.ServerFrame.History;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
  private static final String[] PIECES = {"{", "}", "[", "]", ":", ",", "\"", "\\", "\\u0000", "\\ud800", "null",
      "true", "1e999", "-0", "9223372036854775808", "\"type\"", "\"room\"", "\"chat\"", "\"join\"", "\"ref\"",
      "\"message\"", "\"since\"", "\"before_id\"", "\"isTyping\"", "\uD83D", "\0", " ", "\uFEFF", "/*", "NaN", "'"};

  private static ErrorFrame refused(String text) {
    try {
      ClientFrame frame = FrameCodec.decode(text);
      throw new AssertionError("was taken: " + frame);
    } catch (BadFrame e) {
      return e.error();
    }
  }

  private static Problem problem(String text) {
    return refused(text).problem();
  }

  @Test
  void reads_every_type() throws BadFrame {
    assertThat(FrameCodec.decode(
        "{\"type\":\"join\",\"room\":\"a:/\uD83D\uDE00\",\"since\":5,"
        + "\"since_ts\":\"2026-01-31T13:00:00+01:00\",\"ref\":\"x\"}"))
        .isEqualTo(new ClientFrame.Join("x", "a:/\uD83D\uDE00", 5, Instant.parse("2026-01-31T12:00:00Z"), false));
    assertThat(FrameCodec.decode("{\"room\":\"a\",\"type\":\"join\",\"since\":null,\"since_ts\":null,\"more\":{}}"))
        .isEqualTo(new ClientFrame.Join(null, "a", -1, null, false));
    assertThat(FrameCodec.decode("{\"type\":\"join\",\"room\":\"a\",\"if_member\":true}"))
        .isEqualTo(new ClientFrame.Join(null, "a", -1, null, true));
    assertThat(FrameCodec.decode("{\"type\":\"leave\",\"room\":\"a\"}")).isEqualTo(new ClientFrame.Leave(null, "a"));
    assertThat(FrameCodec.decode("{\"type\":\"chat\",\"room\":\"a\",\"message\":\"m\\n\",\"client_id\":\"c\"}"))
        .isEqualTo(new ClientFrame.Chat(null, "a", "m\n", "c", null));
    assertThat(FrameCodec.decode("{\"type\":\"chat\",\"room\":\"a\",\"message\":\"m\",\"reply_to\":7}"))
        .isEqualTo(new ClientFrame.Chat(null, "a", "m", null, 7L));
    assertThat(FrameCodec.decode("{\"type\":\"history_more\",\"room\":\"a\",\"before_id\":7.0}"))
        .isEqualTo(FrameCodec.decode("{\"type\":\"history_more\",\"room\":\"a\",\"before_id\":7}"));
    assertThat(FrameCodec.decode("{\"type\":\"join\",\"room\":\"a\",\"since\":4.2e1,\"nobody_knows\":[1.5]}"))
        .isEqualTo(FrameCodec.decode("{\"type\":\"join\",\"room\":\"a\",\"since\":42}"));
    assertThat(FrameCodec.decode("{\"type\":\"history_more\",\"room\":\"a\",\"before_id\":7}"))
        .isEqualTo(new ClientFrame.HistoryMore(null, "a", 7));
    assertThat(FrameCodec.decode(
        "{\"type\":\"react\",\"room\":\"a\",\"message_id\":7,\"emoji\":\":x:\",\"on\":false,\"ref\":\"r\"}"))
        .isEqualTo(new ClientFrame.React("r", "a", 7, ":x:", false));
    assertThat(FrameCodec.decode("{\"type\":\"typing\",\"room\":\"a\",\"isTyping\":false}"))
        .isEqualTo(new ClientFrame.Typing(null, "a", false));
    assertThat(FrameCodec.decode(" {\"type\":\"ping\",\"room\":7} ")).isEqualTo(new ClientFrame.Ping(null));
    assertThat(FrameCodec.decode("{\"type\":\"auth\",\"access_token\":\"t\"}"))
        .isEqualTo(new ClientFrame.Auth(null, "t"));
  }

  @Test
  void has_a_type_for_every_frame_there_is() {
    assertThat(FrameCodec.CLIENT_TYPES.values()).containsExactlyInAnyOrderElementsOf(
        Arrays.stream(ClientFrame.class.getPermittedSubclasses())
            .flatMap(kind -> kind.isSealed() ? Arrays.stream(kind.getPermittedSubclasses()) : Stream.of(kind))
            .map(kind -> kind.<ClientFrame>asSubclass(ClientFrame.class)).toList());
    assertThat(FrameCodec.SERVER_TYPES.keySet()).containsExactlyInAnyOrderElementsOf(
        Arrays.stream(ServerFrame.class.getPermittedSubclasses())
            .map(kind -> kind.<ServerFrame>asSubclass(ServerFrame.class)).toList());
  }

  @Test
  void tells_malformed_json_from_a_bad_message() {
    for (String text : List.of("", " ", "{", "nope", "[]", "7", "\"x\"", "{\"type\":\"ping\"}{}",
        "{\"type\":\"ping\"},", "{'type':'ping'}", "{\"type\":\"ping\",}", "\uFEFF{}",
        "{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}")) {
      assertThat(problem(text)).as(text).isEqualTo(Problem.INVALID_JSON);
    }
    for (String text : List.of("{}", "{\"type\":null}", "{\"type\":5}", "{\"type\":\"join\"}",
        "{\"type\":\"join\",\"room\":5}", "{\"type\":\"join\",\"room\":\"\"}",
        "{\"type\":\"join\",\"room\":\"" + "r".repeat(101) + "\"}", "{\"type\":\"join\",\"room\":\"a\\u0000\"}",
        "{\"type\":\"join\",\"room\":\"a\\ud83d\"}", "{\"type\":\"join\",\"room\":\"a\",\"since\":-1}",
        "{\"type\":\"join\",\"room\":\"a\",\"since\":1.5}", "{\"type\":\"join\",\"room\":\"a\",\"if_member\":1}",
        "{\"type\":\"join\",\"room\":\"a\",\"since\":\"5\"}",
        "{\"type\":\"join\",\"room\":\"a\",\"since\":9223372036854775808}", "{\"type\":\"ping\",\"ref\":5}",
        "{\"type\":\"ping\",\"ref\":\"" + "r".repeat(65) + "\"}", "{\"type\":\"chat\",\"room\":\"a\"}",
        "{\"type\":\"chat\",\"room\":\"a\",\"message\":\"\"}", "{\"type\":\"chat\",\"room\":\"a\",\"message\":7}",
        "{\"type\":\"chat\",\"room\":\"a\",\"message\":\"x\\u0000\"}",
        "{\"type\":\"chat\",\"room\":\"a\",\"message\":\"\\udc00x\"}",
        "{\"type\":\"chat\",\"room\":\"a\",\"message\":\"x\",\"client_id\":5}",
        "{\"type\":\"chat\",\"room\":\"a\",\"message\":\"x\",\"client_id\":\"\"}",
        "{\"type\":\"typing\",\"room\":\"a\",\"isTyping\":\"true\"}",
        "{\"type\":\"history_more\",\"room\":\"a\",\"before_id\":-1}", "{\"type\":\"auth\"}")) {
      assertThat(problem(text)).as(text).isEqualTo(Problem.INVALID_MESSAGE);
    }
    assertThat(problem("{\"type\":\"shout\",\"room\":\"a\"}")).isEqualTo(Problem.UNKNOWN_TYPE);
  }

  @Test
  void an_error_repeats_ref_and_room_when_they_can_be_repeated() {
    ErrorFrame error = refused("{\"type\":\"chat\",\"room\":\"a\",\"ref\":\"7\"}");
    assertThat(error.ref()).isEqualTo("7");
    assertThat(error.room()).isEqualTo("a");
    assertThat(refused("{\"type\":\"shout\",\"ref\":\"\\ud800\"}").ref()).isNull();
  }

  @Test
  void counts_text_in_code_points() {
    String face = "\uD83D\uDE00";
    String chat = "{\"type\":\"chat\",\"room\":\"a\",\"message\":\"%s\"}";
    assertThatCode(() -> FrameCodec.decode(chat.formatted(face.repeat(4_000)))).doesNotThrowAnyException();
    assertThat(problem(chat.formatted(face.repeat(4_001)))).isEqualTo(Problem.TOO_LONG);
    assertThatCode(() -> FrameCodec.decode("{\"type\":\"leave\",\"room\":\"" + face.repeat(100) + "\"}"))
        .doesNotThrowAnyException();
  }

  @Test
  void survives_whatever_can_be_made_up() {
    Random random = new Random(4711);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "{\"type\":" : "");
      for (int n = random.nextInt(12); n >= 0; n--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      try {
        assertThat(FrameCodec.decode(text.toString())).isNotNull();
      } catch (BadFrame e) {
        JsonObject error = new JsonObject(new String(FrameCodec.encode(e.error()), StandardCharsets.UTF_8));
        assertThat(error.getString("code")).isIn("invalid_json", "invalid_message", "unknown_type", "too_long");
      }
    }
  }

  @Test
  void splices_a_ref_into_an_event() {
    byte[] json = "{\"type\":\"chat\",\"seq\":1}".getBytes(StandardCharsets.UTF_8);
    JsonObject spliced = new JsonObject(new String(FrameCodec.withRef(json, "\"\\\u00e9\n"), StandardCharsets.UTF_8));
    assertThat(spliced.getString("ref")).isEqualTo("\"\\\u00e9\n");
    assertThat(spliced.getInteger("seq")).isEqualTo(1);
  }

  @Test
  void a_history_says_how_many_react_and_whether_the_reader_does() {
    Message message = new Message(7, 1, 3, "alice", "hi", Instant.EPOCH, null, null, false, null)
        .with(List.of(new ReactionCount("👍", 3), new ReactionCount(":tada:", 1)));
    EncodedEvent chat = new EncodedEvent(RoomEvent.Chat.of(5, "room", message), new byte[0]);
    for (Set<String> mine : List.of(Set.<String>of(), Set.of("👍"), Set.of("👍", ":tada:"))) {
      JsonObject history = new JsonObject(new String(FrameCodec.encode(new History("room", List.of(chat), null, null, null,
          Map.of(7L, mine))), StandardCharsets.UTF_8));
      assertThat(history.getJsonArray("messages").getJsonObject(0).getJsonArray("reactions")).isEqualTo(new JsonArray()
          .add(new JsonObject().put("emoji", "👍").put("count", 3).put("me", mine.contains("👍")))
          .add(new JsonObject().put("emoji", ":tada:").put("count", 1).put("me", mine.contains(":tada:"))));
    }
  }

  @Test
  void a_history_shows_chats_under_the_present_name_and_other_events_as_they_were_sent() {
    Instant ts = Instant.parse("2025-01-02T03:04:05.6Z");
    Message message = new Message(7, 1, 3, "alice", "", ts, ts, "bob", true, "c-1");
    EncodedEvent chat = new EncodedEvent(RoomEvent.Chat.of(5, "old", message), new byte[0]);
    MessageDeleted deleted = new MessageDeleted(5, "old", 2, ts, 7);
    JsonObject history = new JsonObject(new String(FrameCodec.encode(
        new History("new", List.of(chat, new EncodedEvent(deleted, EventJson.encode(deleted))), true, false, null,
            Map.of())),
        StandardCharsets.UTF_8));
    JsonArray messages = history.getJsonArray("messages");
    assertThat(messages.getJsonObject(0)).isEqualTo(new JsonObject().put("type", "chat").put("room", "new")
        .put("user", "alice").put("user_id", 3).put("message", "").put("message_id", 7).put("client_id", "c-1")
        .put("edited_at", "2025-01-02T03:04:05.600000Z").put("deleted", true)
        .put("reactions", new JsonArray()).put("seq", 1).put("ts",
            "2025-01-02T03:04:05.600000Z"));
    assertThat(messages.getJsonObject(1).getString("type")).isEqualTo("message_deleted");
    assertThat(history.getBoolean("resumed")).isTrue();
    assertThat(history.getBoolean("more")).isFalse();
  }
}
