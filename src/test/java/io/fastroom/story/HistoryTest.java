package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Joined;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reading back, by socket and by REST. */
class HistoryTest extends Story {

  @Test
  void history_more_pages_back_to_the_first_message() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    fill(a, room, 120);
    Ws b = connect(person("bob"), two());
    Joined joined = b.join(room.name());
    List<String> texts = new ArrayList<>(texts(joined.entries()));
    assertThat(texts).hasSize(50).startsWith("m70").endsWith("m119");
    long before = joined.entries().get(0).getLong("message_id");
    JsonObject page = b.ask("history_more", "room", room.name(), "before_id", before);
    assertThat(page.getString("type")).isEqualTo("history_more");
    assertThat(page.getBoolean("more")).isTrue();
    assertThat(texts(entries(page))).hasSize(50).startsWith("m20").endsWith("m69");
    before = entries(page).get(0).getLong("message_id");
    page = b.ask("history_more", "room", room.name(), "before_id", before);
    assertThat(page.getBoolean("more")).isFalse();
    assertThat(texts(entries(page))).hasSize(20).startsWith("m0").endsWith("m19");
  }

  @Test
  void an_edited_message_says_so_and_a_deleted_one_is_gone() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    long edited = a.chat(room.name(), "wrong").getLong("message_id");
    long deleted = a.chat(room.name(), "gone").getLong("message_id");
    alice.on(one()).patch(room.path() + "/messages/" + edited, new JsonObject().put("content", "right")).expect(200);
    alice.on(one()).delete(room.path() + "/messages/" + deleted).expect(204);
    Joined joined = connect(person("bob"), two()).join(room.name());
    assertThat(texts(joined.entries())).containsExactly("right");
    assertThat(joined.entries().get(0).getString("edited_at")).isNotBlank();
    JsonObject page = alice.on(two()).get(room.path() + "/messages").expect(200).json();
    assertThat(page.getInteger("total")).isEqualTo(1);
    JsonObject message = page.getJsonArray("items").getJsonObject(0);
    assertThat(message.getString("content")).isEqualTo("right");
    assertThat(message.getString("edited_by")).isEqualTo(alice.name());
    assertThat(message.fieldNames()).containsExactlyInAnyOrder("id", "seq", "user_id", "username", "content",
        "created_at", "edited_at", "edited_by", "reply_to", "mentions", "reactions");
  }

  @Test
  void rest_pages_by_offset_and_by_id() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    fill(a, room, 25);
    String path = room.path() + "/messages?limit=10";
    JsonObject page = alice.on(two()).get(path).expect(200).json();
    assertThat(contents(page)).hasSize(10).startsWith("m15").endsWith("m24");
    assertThat(page.getInteger("total")).isEqualTo(25);
    assertThat(page.getBoolean("has_more")).isTrue();
    assertThat(page.getInteger("next_offset")).isEqualTo(10);
    long first = page.getJsonArray("items").getJsonObject(0).getLong("id");
    assertThat(contents(alice.on(one()).get(path + "&offset=20").expect(200).json())).hasSize(5).startsWith("m0");
    JsonObject older = alice.on(one()).get(path + "&before_id=" + first + ".0").expect(200).json();
    assertThat(contents(older)).hasSize(10).startsWith("m5").endsWith("m14");
    long fifth = older.getJsonArray("items").getJsonObject(0).getLong("id");
    assertThat(contents(alice.on(one()).get(path + "&after_id=" + fifth).expect(200).json()))
        .hasSize(10).startsWith("m6").endsWith("m15");
    assertThat(contents(alice.on(one()).get(path + "&after_id=0").expect(200).json())).hasSize(10).startsWith("m0");
    assertThat(contents(alice.on(one()).get(path + "&before_id=0").expect(200).json())).isEmpty();
  }

  private static void fill(Ws ws, RoomRef room, int count) {
    for (int i = 0; i < count; i++) {
      ws.send("chat", "room", room.name(), "message", "m" + i);
    }
    ws.await("the last", chat("m" + (count - 1)));
  }

  private static List<JsonObject> entries(JsonObject frame) {
    return frame.getJsonArray("messages").stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> texts(List<JsonObject> entries) {
    return entries.stream().map(e -> e.getString("message")).toList();
  }

  private static List<String> contents(JsonObject page) {
    JsonArray items = page.getJsonArray("items");
    return items.stream().map(i -> ((JsonObject) i).getString("content")).toList();
  }
}
