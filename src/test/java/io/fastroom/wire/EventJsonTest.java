package io.fastroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.Quote;
import io.fastroom.model.RoomEvent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {
  private static final Instant TS = Instant.parse("2026-01-02T03:04:05.678901Z");
  private static final String ROOM = "a/b:c %20 é 🙂";
  private static final Message MESSAGE =
      new Message(9, 3, 4, "alice", "hi \"you\" 🙂\n", TS, null, null, false, "k1");

  @Test
  void reads_what_it_wrote() {
    List<RoomEvent> events = List.of(
        new RoomEvent.Chat(1, ROOM, 3, TS, MESSAGE),
        new RoomEvent.Chat(1, ROOM, 3, TS, new Message(9, 3, 4, "alice", "@bob", TS, null, null, false, null,
            Quote.of(7, "carol", "what \"was\" said"), List.of("bob", "dave"), List.of())),
        new RoomEvent.Chat(1, ROOM, 3, TS, MESSAGE.quoting(Quote.withdrawn(7, null))),
        new RoomEvent.MessageUpdated(1, ROOM, 4, TS, 9, "new", "bob"),
        new RoomEvent.MessageUpdated(1, ROOM, 4, TS, 9, "@bob", "bob", List.of("bob")),
        new RoomEvent.MessageDeleted(1, ROOM, 5, TS, 9),
        new RoomEvent.Reaction(1, ROOM, 5, TS, 9, 4, "alice", "👩🏽‍🚀", true, 12),
        new RoomEvent.Reaction(1, ROOM, 5, TS, 9, 4, "alice", ":+1:", false, 0),
        new RoomEvent.MemberUpdate(1, ROOM, 6, TS, new Member(4, "alice", true, false, true, false, null)),
        new RoomEvent.RoomUpdated(1, ROOM, 7, TS, "new name", true),
        new RoomEvent.RoomDeleted(1, ROOM, 8, TS));
    for (RoomEvent event : events) {
      assertThat(EventJson.decode(1, EventJson.encode(event))).isEqualTo(event);
    }
  }

  @Test
  void a_chat_has_the_fields_of_the_protocol() {
    assertThat(json(new RoomEvent.Chat(1, ROOM, 3, TS, MESSAGE)).getMap()).containsOnlyKeys("type", "room", "user",
        "user_id", "message", "message_id", "client_id", "seq", "ts");
  }

  @Test
  void what_a_later_version_sends_in_another_form_is_left_out() {
    RoomEvent event = EventJson.decode(1, """
        {"type":"chat","room":"r","user":"alice","user_id":4,"message":"hi","message_id":9,"reply_to":{"of":[{"a":{}}],
        "message_id":7,"user":"bob","message":"text"},"mentions":["bob",{"id":[5]},["x"],7,"eve"],"reply":{"a":[1]},
        "seq":3,"ts":"2026-01-02T03:04:05.678901Z"}""".getBytes(StandardCharsets.UTF_8));
    Message message = ((RoomEvent.Chat) event).message();
    assertThat(message.replyTo()).isEqualTo(Quote.of(7, "bob", "text"));
    assertThat(message.mentions()).containsExactly("bob", "eve");
    assertThat(message.seq()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"until\":\"friday\"", "\"until\":\"2027-01-01\"", "\"edited_at\":\"yesterday\"",
      "\"count\":3000000000", "\"message_id\":99999999999999999999", "\"reply_to\":{\"until\":\"x\"}",
      "\"mentions\":7", "\"deleted\":\"no\""})
  void an_event_of_another_kind_keeps_fields_that_mean_something_else_there(String field) {
    String start = "{\"room\":\"r\",\"seq\":3,\"ts\":\"2026-01-02T03:04:05.678901Z\"," + field + ",\"type\":\"";
    RoomEvent event = EventJson.decode(1, (start + "poll\"}").getBytes(StandardCharsets.UTF_8));
    assertThat(event).isInstanceOf(RoomEvent.Other.class);
    assertThat(new String(EventJson.encode(event), StandardCharsets.UTF_8)).contains("\"type\":\"poll\"", field);
  }

  @Test
  void an_event_of_a_known_kind_with_what_cannot_be_read_is_null() {
    assertThat(EventJson.decode(1, """
        {"type":"member_update","room":"r","user_id":4,"username":"alice","until":"friday","seq":3,
        "ts":"2026-01-02T03:04:05.678901Z"}""".getBytes(StandardCharsets.UTF_8))).isNull();
  }

  @Test
  void what_is_not_a_durable_event_is_null() {
    for (String json : List.of("", "[]", "{}", "nonsense", "{\"type\":\"chat\"}", "{\"type\":\"typing\",\"room\":\"x\"}",
        "{\"type\":\"chat\",\"room\":\"x\",\"seq\":1,\"ts\":\"yesterday\"}", "{\"type\":{},\"seq\":[]}")) {
      assertThat(EventJson.decode(1, json.getBytes(StandardCharsets.UTF_8))).as(json).isNull();
    }
  }

  private static JsonObject json(RoomEvent event) {
    return new JsonObject(new String(EventJson.encode(event), StandardCharsets.UTF_8));
  }
}
