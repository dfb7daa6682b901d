package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a message refers to: another one, and people. */
class RepliesTest extends Story {

  private static JsonObject content(String text) {
    return new JsonObject().put("content", text);
  }

  private static JsonObject quote(Object of, Person by, String text) {
    return new JsonObject().put("message_id", of).put("user", by.name()).put("message", text);
  }

  private static JsonObject item(Person reader, RoomRef room, long id) {
    return reader.on(two()).get(room.path() + "/messages/" + id).expect(200).json();
  }

  /** The same message wherever a client may meet it. */
  private List<JsonObject> everywhere(Person reader, RoomRef room, long id, long before) {
    Ws ws = connect(reader, two());
    JsonObject joined = ws.join(room.name()).entries().stream().filter(e -> e.getLong("message_id") == id).findFirst()
        .orElseThrow();
    JsonObject older = ws.ask("history_more", "room", room.name(), "before_id", id + 1).getJsonArray("messages").stream()
        .map(JsonObject.class::cast).filter(e -> e.getLong("message_id") == id).findFirst().orElseThrow();
    JsonObject resumed = connect(reader, one()).join(room.name(), before).entries().stream()
        .filter(e -> "chat".equals(e.getString("type")) && e.getLong("message_id") == id).findFirst().orElseThrow();
    return List.of(joined, older, resumed);
  }

  @Test
  void a_reply_shows_what_it_replies_to_as_that_is_now() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    JsonObject question = a.chat(room.name(), "What " + "🙂".repeat(300));
    long asked = question.getLong("message_id");
    b.send("chat", "room", room.name(), "message", "That", "reply_to", asked, "client_id", "r1");
    JsonObject reply = a.await("the reply", chat("That"));
    JsonObject quote = quote(asked, alice, "What " + "🙂".repeat(195));
    assertThat(reply.getJsonObject("reply_to")).isEqualTo(quote);
    assertThat(b.await("the same on the other node", chat("That")).getJsonObject("reply_to")).isEqualTo(quote);
    long id = reply.getLong("message_id");
    long before = question.getLong("seq");
    for (JsonObject entry : everywhere(bob, room, id, before)) {
      assertThat(entry.getJsonObject("reply_to")).isEqualTo(quote);
    }
    assertThat(item(bob, room, id).getJsonObject("reply_to")).isEqualTo(quote.copy().put("deleted", false));
    JsonObject retry = b.ask("chat", "room", room.name(), "message", "That", "reply_to", asked, "client_id", "r1");
    assertThat(retry.getLong("message_id")).isEqualTo(id);
    assertThat(retry.getJsonObject("reply_to")).isEqualTo(quote);

    alice.on(one()).patch(room.path() + "/messages/" + asked, content("What now?")).expect(200);
    b.await("the edit", type("message_updated"));
    for (JsonObject entry : everywhere(bob, room, id, before)) {
      assertThat(entry.getJsonObject("reply_to")).isEqualTo(quote(asked, alice, "What now?"));
    }
    alice.on(two()).delete(room.path() + "/messages/" + asked).expect(204);
    b.await("the deletion", type("message_deleted"));
    for (JsonObject entry : everywhere(bob, room, id, before)) {
      assertThat(entry.getJsonObject("reply_to")).isEqualTo(quote(asked, alice, "").put("deleted", true));
    }
    assertThat(item(bob, room, id).getJsonObject("reply_to")).isEqualTo(quote(asked, alice, "").put("deleted", true));
  }

  @Test
  void what_is_replied_to_is_a_message_of_the_room() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    RoomRef other = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    long gone = a.chat(room.name(), "gone").getLong("message_id");
    alice.on(one()).delete(room.path() + "/messages/" + gone).expect(204);
    long elsewhere = inRoom(alice, two(), other).chat(other.name(), "elsewhere").getLong("message_id");
    for (Object bad : new Object[] {gone, elsewhere, Long.MAX_VALUE, 0, -1, "7", 1.5, new JsonObject(), true}) {
      JsonObject answer = a.ask("chat", "room", room.name(), "message", "to " + bad, "reply_to", bad);
      assertThat(answer.getString("code")).as("%s: %s", bad, answer).isEqualTo("invalid_message");
    }
    for (long bad : new long[] {gone, elsewhere, Long.MAX_VALUE}) {
      JsonObject answer = alice.on(two()).post(room.path() + "/messages", content("x").put("reply_to", bad)).expect(404)
          .json();
      assertThat(answer.getString("code")).isEqualTo("message_not_found");
    }
    for (Object bad : new Object[] {0, -1, "7", 1.5, new JsonObject()}) {
      alice.on(two()).post(room.path() + "/messages", content("x").put("reply_to", bad)).expect(422);
    }
    assertThat(alice.on(one()).get(room.path() + "/messages").expect(200).json().getInteger("total")).isZero();
    JsonObject plain = a.ask("chat", "room", room.name(), "message", "plain", "reply_to", null);
    assertThat(plain.getMap()).doesNotContainKeys("reply_to", "mentions");
    JsonObject said = alice.on(two()).post(room.path() + "/messages",
        content("answer").put("reply_to", plain.getLong("message_id"))).expect(201).json();
    assertThat(said.getJsonObject("reply_to")).isEqualTo(quote(plain.getLong("message_id"), alice, "plain"));
    assertThat(a.await("it", chat("answer"))).isEqualTo(said);
  }

  @Test
  void members_are_mentioned_by_their_names_and_nobody_else() {
    Person alice = person("alice");
    Person bob = person("bob");
    Person carol = person("carol");
    Person eve = person("eve");
    Person mallory = person("mallory");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    inRoom(carol, one(), room);
    inRoom(mallory, one(), room);
    alice.flag(one(), room, mallory, "ban", true).expect(200);
    String text = "@%s: ask @%s and @%s, not @%s, @%s or @%s.".formatted(bob.name().toUpperCase(), carol.name(), bob.name(),
        eve.name(), mallory.name(), Names.unique("nobody")) + " Me is @" + alice.name() + ".";
    JsonObject said = a.ask("chat", "room", room.name(), "message", text, "client_id", "m1");
    JsonArray names = new JsonArray().add(bob.name()).add(carol.name()).add(alice.name());
    assertThat(said.getJsonArray("mentions")).isEqualTo(names);
    assertThat(b.await("it", chat(text)).getJsonArray("mentions")).isEqualTo(names);
    long id = said.getLong("message_id");
    long before = said.getLong("seq") - 1;
    for (JsonObject entry : everywhere(bob, room, id, before)) {
      assertThat(entry.getJsonArray("mentions")).isEqualTo(names);
    }
    assertThat(item(bob, room, id).getJsonArray("mentions")).isEqualTo(names);
    assertThat(a.ask("chat", "room", room.name(), "message", text, "client_id", "m1").getJsonArray("mentions"))
        .isEqualTo(names);

    JsonObject edited = alice.on(two()).patch(room.path() + "/messages/" + id, content("@" + carol.name() + " only"))
        .expect(200).json();
    JsonArray one = new JsonArray().add(carol.name());
    assertThat(edited.getJsonArray("mentions")).isEqualTo(one);
    assertThat(b.await("the edit", type("message_updated")).getJsonArray("mentions")).isEqualTo(one);
    for (JsonObject entry : everywhere(bob, room, id, before)) {
      assertThat(entry.getJsonArray("mentions")).isEqualTo(one);
    }
    JsonObject replayed = connect(bob, one()).join(room.name(), said.getLong("seq")).entries().get(0);
    assertThat(replayed.getJsonArray("mentions")).isEqualTo(one);
  }

  @Test
  void a_deleted_account_is_named_nowhere_any_more() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    JsonObject first = b.chat(room.name(), "I am leaving");
    JsonObject reply = a.ask("chat", "room", room.name(), "message", "Goodbye @" + bob.name(), "reply_to",
        first.getLong("message_id"));
    assertThat(reply.getJsonArray("mentions")).hasSize(1);
    String nobody = "deleted." + bob.id();
    bob.on(two()).send("DELETE", "/users/me", "application/json",
        new JsonObject().put("password", bob.password()).encode()).expect(204);
    a.await("the end", f -> Ws.type(f, "member_update") && nobody.equals(f.getString("username")));
    long id = reply.getLong("message_id");
    Until.holds("nobody is named", () -> everywhere(alice, room, id, first.getLong("seq")).stream().allMatch(entry ->
        !entry.containsKey("mentions") && nobody.equals(entry.getJsonObject("reply_to").getString("user"))));
  }
}
