package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rooms that are renamed, hidden and deleted under the feet of those in them. */
class RoomChangeTest extends Story {

  @Test
  void a_private_room_does_not_exist_for_others() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one(), Names.unique("private"), true);
    for (String path : List.of("", "/members", "/messages", "/presence")) {
      bob.on(two()).get(room.path() + path).expect(404);
    }
    bob.on(one()).get("/rooms/by-name/" + Rest.encode(room.name())).expect(404);
    bob.on(one()).post(room.path() + "/join").expect(404);
    bob.on(one()).delete(room.path() + "/leave").expect(404);
    bob.on(one()).delete(room.path()).expect(404);
    assertThat(connect(bob, one()).join(room.name()).error().getString("code")).isEqualTo("room_not_found");
    assertThat(names(bob)).doesNotContain(room.name());
    assertThat(names(alice)).contains(room.name());
    alice.on(one()).post(room.path() + "/members", new JsonObject().put("username", bob.name())).expect(201);
    assertThat(names(bob)).contains(room.name());
    Ws b = inRoom(bob, two(), room);
    b.chat(room.name(), "let in");
  }

  private static List<String> names(Person person) {
    return person.on(one()).get("/rooms?limit=200").expect(200).json().getJsonArray("items").stream()
        .map(item -> ((JsonObject) item).getString("name")).toList();
  }

  @Test
  void a_renamed_room_keeps_its_sockets_and_is_known_by_its_new_name() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String newName = Names.unique("renamed");
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    long seq = a.chat(room.name(), "before").getLong("seq");
    alice.on(two()).patch(room.path(), new JsonObject().put("name", newName)).expect(200);
    for (Ws each : List.of(a, b)) {
      JsonObject update = each.await("the new name", type("room_updated"));
      assertThat(update.getString("room")).isEqualTo(room.name());
      assertThat(update.getString("name")).isEqualTo(newName);
      assertThat(update.getBoolean("is_private")).isFalse();
      assertThat(update.getLong("seq")).isEqualTo(seq + 1);
    }
    a.chat(newName, "after");
    JsonObject after = b.await("the chat", chat("after"));
    assertThat(after.getString("room")).isEqualTo(newName);
    assertThat(after.getLong("seq")).isEqualTo(seq + 2);
    b.chat(newName, "answer");
    a.await("the answer", chat("answer"));
    assertThat(b.ask("chat", "room", room.name(), "message", "x").getString("code")).isEqualTo("not_in_room");
    RoomRef other = person("carol").createRoom(one(), room.name(), false);
    Ws c = connect(person("dave"), one());
    assertThat(c.join(room.name()).joined().getLong("room_id")).isEqualTo(other.id());
    c.mark();
    a.chat(newName, "not for the new room");
    c.barrier();
    assertThat(c.frames("chat")).isEmpty();
  }

  @Test
  void a_room_made_private_keeps_its_members() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    alice.on(one()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
    assertThat(b.await("the change", type("room_updated")).getBoolean("is_private")).isTrue();
    a.chat(room.name(), "among us");
    b.await("the chat", chat("among us"));
  }

  @Test
  void a_deleted_room_is_left_by_all() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    b.chat(room.name(), "the last words");
    alice.on(one()).delete(room.path()).expect(204);
    for (Ws each : List.of(a, b)) {
      assertThat(each.await("the end", type("room_deleted")).getString("room")).isEqualTo(room.name());
      assertThat(each.ask("chat", "room", room.name(), "message", "x").getString("code"))
          .isIn("not_in_room", "room_not_found");
      assertThat(each.join(room.name()).error().getString("code")).isEqualTo("room_not_found");
    }
    alice.on(two()).get(room.path()).expect(404);
    RoomRef again = alice.createRoom(two(), room.name(), false);
    assertThat(again.id()).isNotEqualTo(room.id());
    assertThat(a.join(room.name()).entries()).isEmpty();
  }

  @Test
  void edits_and_deletions_reach_both_nodes_in_order() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    JsonObject chat = b.chat(room.name(), "first");
    long id = chat.getLong("message_id");
    String path = room.path() + "/messages/" + id;
    JsonObject answer = bob.on(one()).patch(path, new JsonObject().put("content", "second")).expect(200).json();
    assertThat(answer.getString("content")).isEqualTo("second");
    alice.on(two()).patch(path, new JsonObject().put("content", "third")).expect(200);
    person("carol").on(one()).patch(path, new JsonObject().put("content", "no")).expect(403);
    alice.on(one()).delete(path).expect(204);
    alice.on(one()).delete(path).expect(404);
    long seq = chat.getLong("seq");
    for (Ws each : List.of(a, b)) {
      JsonObject deleted = each.await("the deletion", type("message_deleted"));
      assertThat(deleted.getLong("message_id")).isEqualTo(id);
      assertThat(deleted.getLong("seq")).isEqualTo(seq + 3);
      assertThat(each.frames("message_updated")).extracting(f -> f.getString("content"))
          .containsExactly("second", "third");
      assertThat(each.frames("message_updated")).extracting(f -> f.getLong("seq")).containsExactly(seq + 1, seq + 2);
      assertThat(each.frames("message_updated")).allMatch(f -> f.getLong("message_id") == id);
    }
  }
}
