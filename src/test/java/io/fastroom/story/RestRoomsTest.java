package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of REST calls: rooms, members and messages. */
class RestRoomsTest extends Story {

  @Test
  void creates_shows_and_lists_rooms() {
    Person alice = person("alice");
    Rest rest = alice.on(one());
    String name = Names.unique("room");
    JsonObject room = rest.post("/rooms/", new JsonObject().put("name", name)).expect(201).json();
    assertThat(room.fieldNames()).containsExactlyInAnyOrder("id", "name", "is_private", "is_member", "created_at");
    assertThat(room.getBoolean("is_private")).isFalse();
    assertThat(room.getString("created_at")).endsWith("Z");
    assertThat(Instant.parse(room.getString("created_at"))).isAfter(Instant.now().minusSeconds(60));
    rest.post("/rooms", new JsonObject().put("name", name)).expect(409);
    long id = room.getLong("id");
    assertThat(rest.get("/rooms/" + id).expect(200).json()).isEqualTo(room);
    assertThat(rest.get("/rooms/by-name/" + name + "/").expect(200).json()).isEqualTo(room);
    JsonObject page = person("bob").on(two()).get("/rooms?limit=1").expect(200).json();
    assertThat(page.fieldNames())
        .containsExactlyInAnyOrder("items", "total", "limit", "offset", "has_more", "next_offset",
            "next_cursor");
    assertThat(page.getJsonArray("items").getJsonObject(0).getLong("id")).as("the newest first").isEqualTo(id);
    assertThat(rest.get("/rooms?order=asc&limit=200").expect(200).json().getJsonArray("items").size()).isPositive();
    rest.get("/rooms/99999999999").expect(404);
    rest.get("/rooms/by-name/" + Names.unique("none")).expect(404);
    for (String bad : List.of("/rooms/x", "/rooms/9223372036854775808", "/rooms/1.5", "/rooms/1.0", "/rooms?limit=1.5",
        "/rooms?limit=1e1", "/rooms?limit=0", "/rooms?limit=201", "/rooms?order=up", "/rooms?offset=-1")) {
      rest.get(bad).expect(422);
    }
  }

  @Test
  void only_a_moderator_changes_or_deletes_a_room() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    JsonObject change = new JsonObject().put("name", Names.unique("new"));
    bob.on(two()).patch(room.path(), change).expect(403);
    bob.on(two()).delete(room.path()).expect(403);
    RoomRef taken = bob.createRoom(one());
    alice.on(one()).patch(room.path(), new JsonObject().put("name", taken.name())).expect(409);
    alice.on(one()).patch(room.path(), new JsonObject().put("name", "")).expect(422);
    assertThat(alice.on(one()).patch(room.path(), change).expect(200).json().getString("name"))
        .isEqualTo(change.getString("name"));
    alice.on(one()).delete(room.path()).expect(204);
    alice.on(one()).delete(room.path()).expect(404);
  }

  @Test
  void members_join_are_listed_and_leave() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    JsonObject member = bob.on(one()).post(room.path() + "/join").expect(201).json();
    assertThat(member.getLong("user_id")).isEqualTo(bob.id());
    bob.on(two()).post(room.path() + "/join").expect(409);
    JsonObject page = alice.on(two()).get(room.path() + "/members").expect(200).json();
    assertThat(page.getInteger("total")).isEqualTo(2);
    JsonObject first = objects(page.getJsonArray("items")).stream()
        .filter(m -> alice.name().equals(m.getString("username"))).findFirst().orElseThrow();
    assertThat(first.fieldNames()).containsExactlyInAnyOrder("user_id", "username", "is_moderator", "is_banned",
        "is_muted", "joined_at");
    assertThat(first.getBoolean("is_moderator")).isTrue();
    bob.on(one()).delete(room.path() + "/leave").expect(204);
    assertThat(alice.on(one()).get(room.path() + "/members").json().getInteger("total")).isEqualTo(1);
    alice.on(one()).post(room.path() + "/members", new JsonObject().put("username", bob.name())).expect(201);
    alice.on(one()).post(room.path() + "/members", new JsonObject().put("username", Names.unique("no"))).expect(404);
    alice.flag(one(), room, bob, "ban", true).expect(200);
    alice.on(one()).post(room.path() + "/members", new JsonObject().put("username", bob.name())).expect(409);
    alice.on(one()).post(room.path() + "/members/" + person("stranger").id() + "/ban").expect(404);
  }

  @Test
  void messages_are_edited_and_deleted_by_their_owner_or_a_moderator() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    long id = inRoom(bob, one(), room).chat(room.name(), "x").getLong("message_id");
    String path = room.path() + "/messages/" + id;
    bob.on(one()).patch(path, new JsonObject().put("content", "")).expect(422);
    bob.on(one()).patch(path, new JsonObject().put("content", "x".repeat(4_001))).expect(422);
    bob.on(one()).patch(room.path() + "/messages/999999999999", new JsonObject().put("content", "y")).expect(404);
    RoomRef other = bob.createRoom(one());
    bob.on(one()).patch(other.path() + "/messages/" + id, new JsonObject().put("content", "y")).expect(404);
    bob.on(one()).patch(path, new JsonObject().put("content", "y")).expect(200);
    person("carol").on(one()).delete(path).expect(403);
    alice.on(two()).delete(path).expect(204);
    bob.on(one()).patch(path, new JsonObject().put("content", "z")).expect(404);
    for (String bad : List.of("limit=0", "limit=201", "before_id=x", "offset=-1")) {
      bob.on(one()).get(room.path() + "/messages?" + bad).expect(422);
    }
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }
}
