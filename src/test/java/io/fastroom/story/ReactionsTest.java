package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** {@code react}: one order with everything else, counted right, and everybody sees their own. */
class ReactionsTest extends Story {

  private static Predicate<JsonObject> reaction(Person by, String emoji, boolean on) {
    return f -> Ws.type(f, "reaction") && by.name().equals(f.getString("user")) && emoji.equals(f.getString("emoji"))
        && on == f.getBoolean("on");
  }

  private static JsonObject kind(String emoji, int count, boolean me) {
    return new JsonObject().put("emoji", emoji).put("count", count).put("me", me);
  }

  private static JsonObject react(Ws ws, RoomRef room, Object message, Object emoji, Object on) {
    return ws.ask("react", "room", room.name(), "message_id", message, "emoji", emoji, "on", on);
  }

  private static JsonObject entry(List<JsonObject> entries, long id) {
    return entries.stream().filter(e -> "chat".equals(e.getString("type")) && id == e.getLong("message_id")).findFirst()
        .orElseThrow();
  }

  /** What a message's reactions are to a reader, wherever they look. */
  private void assertReactions(Person reader, RoomRef room, long id, long before, JsonObject... kinds) {
    JsonArray wanted = new JsonArray(List.of(kinds));
    for (NodeProcess node : List.of(one(), two())) {
      Ws ws = connect(reader, node);
      assertThat(entry(ws.join(room.name()).entries(), id).getJsonArray("reactions")).as("history").isEqualTo(wanted);
      assertThat(entry(ws.join(room.name(), before).entries(), id).getJsonArray("reactions")).as("resume").isEqualTo(wanted);
      List<JsonObject> older = ws.ask("history_more", "room", room.name(), "before_id", id + 1).getJsonArray("messages")
          .stream().map(JsonObject.class::cast).toList();
      assertThat(entry(older, id).getJsonArray("reactions")).as("history_more").isEqualTo(wanted);
      assertThat(reader.on(node).get(room.path() + "/messages/" + id).expect(200).json().getJsonArray("reactions"))
          .as("REST").isEqualTo(wanted);
      assertThat(reader.on(node).get(room.path() + "/messages").expect(200).json().getJsonArray("items").stream()
          .map(JsonObject.class::cast).filter(m -> m.getLong("id") == id).findFirst().orElseThrow()
          .getJsonArray("reactions")).as("list").isEqualTo(wanted);
      ws.close();
    }
  }

  private static long stored(long message) throws SQLException {
    try (Connection database = Backends.postgres().connect(); Statement each = database.createStatement();
         ResultSet rows = each.executeQuery("SELECT count(*) FROM reactions WHERE message_id = " + message)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void a_reaction_is_an_event_like_any_other() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    JsonObject said = a.chat(room.name(), "good news");
    long id = said.getLong("message_id");
    long before = said.getLong("seq") - 1;
    assertReactions(alice, room, id, before);
    JsonObject mine = react(b, room, id, "🎉", true);
    JsonObject event = a.await("it", reaction(bob, "🎉", true));
    assertThat(event.getMap()).containsOnlyKeys("type", "room", "message_id", "user", "user_id", "emoji", "on", "count",
        "seq", "ts");
    assertThat(event.getLong("message_id")).isEqualTo(id);
    assertThat(event.getLong("user_id")).isEqualTo(bob.id());
    assertThat(event.getInteger("count")).isEqualTo(1);
    assertThat(event.getLong("seq")).isEqualTo(before + 2);
    JsonObject own = mine.copy();
    own.remove("ref");
    assertThat(own).as("the sender's own copy, but for its ref").isEqualTo(event);
    react(a, room, id, ":+1:", true);
    react(a, room, id, "🎉", true);
    assertThat(b.await("the second", reaction(alice, "🎉", true)).getInteger("count")).isEqualTo(2);
    assertReactions(alice, room, id, before, kind("🎉", 2, true), kind(":+1:", 1, true));
    assertReactions(bob, room, id, before, kind("🎉", 2, true), kind(":+1:", 1, false));
    assertReactions(person("carol"), room, id, before, kind("🎉", 2, false), kind(":+1:", 1, false));

    List<JsonObject> missed = connect(bob, one()).join(room.name(), said.getLong("seq")).entries();
    assertThat(missed).extracting(e -> e.getString("type")).containsOnly("reaction").hasSize(3);
    assertThat(missed.get(0)).isEqualTo(event);

    react(b, room, id, "🎉", false);
    assertThat(a.await("off", reaction(bob, "🎉", false)).getInteger("count")).isEqualTo(1);
    react(a, room, id, "🎉", false);
    react(b, room, id, "🎉", true);
    assertReactions(alice, room, id, before, kind(":+1:", 1, true), kind("🎉", 1, false));
    alice.on(one()).patch(room.path() + "/messages/" + id, new JsonObject().put("content", "better")).expect(200);
    a.await("the edit", type("message_updated"));
    assertReactions(alice, room, id, before, kind(":+1:", 1, true), kind("🎉", 1, false));
    assertThat(liveSeqs(a)).isEqualTo(range(before + 1, before + 8));
  }

  @Test
  void what_changes_nothing_is_not_told() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    long id = a.chat(room.name(), "text").getLong("message_id");
    react(a, room, id, "👍", true);
    a.mark();
    for (int i = 0; i < 5; i++) {
      a.send("react", "room", room.name(), "message_id", id, "emoji", "👍", "on", true);
      a.send("react", "room", room.name(), "message_id", id, "emoji", "👎", "on", false);
    }
    // Many at once: on and off come in the order they were sent.
    for (int i = 0; i < 5; i++) {
      a.send("react", "room", room.name(), "message_id", id, "emoji", "🙂", "on", true);
      a.send("react", "room", room.name(), "message_id", id, "emoji", "🙂", "on", false);
    }
    a.chat(room.name(), "the end");
    assertThat(react(a, room, id, "🎉", true).getInteger("count")).isEqualTo(1);
    List<JsonObject> told = a.frames("reaction");
    assertThat(told).hasSize(11).extracting(f -> f.getString("emoji")).doesNotContain("👍", "👎");
    for (int i = 0; i < 10; i++) {
      assertThat(told.get(i).getBoolean("on")).isEqualTo(i % 2 == 0);
      assertThat(told.get(i).getInteger("count")).isEqualTo(1 - i % 2);
    }
    assertReactions(alice, room, id, 0, kind("👍", 1, true), kind("🎉", 1, true));
  }

  @Test
  void a_message_has_twenty_kinds_at_most() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    long id = a.chat(room.name(), "text").getLong("message_id");
    for (int i = 0; i < 25; i++) {
      a.send("react", "room", room.name(), "message_id", id, "emoji", ":kind" + i + ":", "on", true, "ref", "k" + i);
    }
    for (int i = 0; i < 25; i++) {
      String ref = "k" + i;
      JsonObject answer = a.await(ref, f -> ref.equals(f.getString("ref")));
      assertThat(answer.getString("type")).as("%s", answer).isEqualTo(i < 20 ? "reaction" : "error");
    }
    assertThat(react(b, room, id, "👍", true).getString("code")).isEqualTo("invalid_message");
    assertThat(react(b, room, id, ":kind3:", true).getInteger("count")).isEqualTo(2);
    react(a, room, id, ":kind4:", false);
    assertThat(react(b, room, id, "👍", true).getInteger("count")).isEqualTo(1);
  }

  @Test
  void it_is_refused_as_a_chat_would_be() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    RoomRef other = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = connect(bob, two());
    long id = a.chat(room.name(), "text").getLong("message_id");
    long gone = a.chat(room.name(), "gone").getLong("message_id");
    alice.on(one()).delete(room.path() + "/messages/" + gone).expect(204);
    long elsewhere = inRoom(alice, one(), other).chat(other.name(), "elsewhere").getLong("message_id");
    assertThat(react(b, room, id, "👍", true).getString("code")).isEqualTo("not_in_room");
    b.join(room.name());
    for (Object bad : new Object[] {gone, elsewhere, Long.MAX_VALUE, 0, -1, "7", null, 1.5}) {
      assertThat(react(b, room, bad, "👍", true).getString("code")).as("%s", bad).isEqualTo("invalid_message");
    }
    for (Object bad : new Object[] {"", "a", "👍👍", "👍".repeat(1_000), ":a b:", null, 7, true}) {
      assertThat(react(b, room, id, bad, true).getString("code")).as("%s", bad).isEqualTo("invalid_message");
    }
    for (Object bad : new Object[] {"true", 1, null}) {
      assertThat(react(b, room, id, "👍", bad).getString("code")).as("%s", bad).isEqualTo("invalid_message");
    }
    alice.flag(one(), room, bob, "mute", true).expect(200);
    b.await("the mute", member(bob, "is_muted", true));
    assertThat(react(b, room, id, "👍", true).getString("code")).isEqualTo("muted");
    alice.flag(one(), room, bob, "mute", false).expect(200);
    react(b, room, id, "👍", true);
    alice.flag(one(), room, bob, "ban", true).expect(200);
    b.await("the ban", error("banned"));
    assertThat(react(b, room, id, "👍", false).getString("code")).isEqualTo("not_in_room");
    react(a, room, id, "👍", true);
    a.chat(room.name(), "after the ban");
    b.barrier();
    assertThat(b.seen().stream().filter(reaction(alice, "👍", true))).as("behind the fence").isEmpty();
    assertReactions(alice, room, id, 0, kind("👍", 2, true));
  }

  @Test
  void a_deleted_message_has_none_and_a_deleted_account_leaves_its_own_without_a_name() throws SQLException {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    JsonObject first = a.chat(room.name(), "first");
    long id = first.getLong("message_id");
    long kept = a.chat(room.name(), "second").getLong("message_id");
    react(b, room, id, "👍", true);
    react(b, room, kept, "🎉", true);
    alice.on(two()).delete(room.path() + "/messages/" + id).expect(204);
    a.await("the deletion", type("message_deleted"));
    JsonObject replayed = entry(connect(alice, two()).join(room.name(), first.getLong("seq") - 1).entries(), id);
    assertThat(replayed.getBoolean("deleted")).isTrue();
    assertThat(replayed.getJsonArray("reactions")).isEmpty();
    Until.holds("nothing of it is kept", Duration.ofSeconds(30), () -> stored(id) == 0);
    assertThat(stored(kept)).isEqualTo(1);
    String nobody = "deleted." + bob.id();
    bob.on(two()).send("DELETE", "/users/me", "application/json",
        new JsonObject().put("password", bob.password()).encode()).expect(204);
    a.await("the end", f -> Ws.type(f, "member_update") && nobody.equals(f.getString("username")));
    assertReactions(alice, room, kept, 0, kind("🎉", 1, false));
    Until.holds("the name is gone", () -> connect(alice, one()).join(room.name(), first.getLong("seq")).entries().stream()
        .filter(type("reaction")).map(e -> e.getString("user")).toList().equals(List.of(nobody, nobody)));
  }

  @Test
  void reactions_and_chats_of_many_at_once_are_one_order_and_counted_right() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    JsonObject said = a.chat(room.name(), "what do you think?");
    long id = said.getLong("message_id");
    List<Ws> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      all.add(inRoom(person("fan"), i % 2 == 0 ? one() : two(), room));
    }
    for (int round = 0; round < 10; round++) {
      for (Ws fan : all) {
        fan.send("react", "room", room.name(), "message_id", id, "emoji", "👍", "on", round % 3 != 2);
        fan.send("chat", "room", room.name(), "message", "round " + round);
      }
    }
    // Of ten rounds three take off: seven changes a fan, each told once, and the last has put on.
    long last = said.getLong("seq") + 12 * (10 + 7);
    a.await("the last", f -> f.containsKey("seq") && f.getLong("seq") == last);
    assertThat(liveSeqs(a)).isEqualTo(range(said.getLong("seq"), last));
    int count = 0;
    for (JsonObject f : a.frames("reaction")) {
      count += f.getBoolean("on") ? 1 : -1;
      assertThat(f.getInteger("count")).isEqualTo(count);
    }
    assertThat(count).isEqualTo(12);
    for (Ws fan : all) {
      fan.await("the last", f -> f.containsKey("seq") && f.getLong("seq") == last);
    }
    // Too long ago for the last messages: by REST, and in a resume.
    JsonArray counted = new JsonArray().add(kind("👍", 12, false));
    for (NodeProcess node : List.of(one(), two())) {
      assertThat(alice.on(node).get(room.path() + "/messages/" + id).expect(200).json().getJsonArray("reactions"))
          .isEqualTo(counted);
      assertThat(entry(connect(alice, node).join(room.name(), said.getLong("seq") - 1).entries(), id)
          .getJsonArray("reactions")).isEqualTo(counted);
    }
  }
}
