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

/** What administrators do with rooms that are not theirs. */
class AdminRoomsTest extends Story {
  private static JsonObject set(String field, Object value) {
    return new JsonObject().put(field, value);
  }

  @Test
  void finds_rooms_by_what_their_names_hold_in_any_case_and_form() {
    Person admin = AdministrationTest.admin();
    String mark = Names.unique("x");
    RoomRef room = person("alice").createRoom(one(), "100% \u00c9cole Stra\u00dfe " + mark, true);
    for (String words : List.of("\u00c9cole", "\u00e9COLE", "e\u0301cole Stra\u00dfe", "% \u00c9", "STRA\u00dfE " + mark)) {
      assertThat(admin.on(two()).get("/admin/rooms?limit=200&q=" + Rest.encode(words)).expect(200).json()
          .getJsonArray("items").stream().map(each -> ((JsonObject) each).getLong("id"))).as(words).contains(room.id());
    }
    assertThat(admin.on(one()).get("/admin/rooms?q=" + Rest.encode("_\u00c9cole")).expect(200).json()
        .getJsonArray("items")).isEmpty();
  }

  @Test
  void finds_and_changes_and_deletes_private_rooms_of_others() {
    Person admin = AdministrationTest.admin();
    Person alice = person("alice");
    String name = Names.unique("Hidden");
    alice.createRoom(one());
    RoomRef room = alice.createRoom(one(), name, true);
    String path = "/admin" + room.path();
    JsonObject found = admin.on(two()).get("/admin/rooms?q=" + name.toLowerCase()).expect(200).json()
        .getJsonArray("items").getJsonObject(0);
    assertThat(found.getLong("id")).isEqualTo(room.id());
    assertThat(found.getLong("members")).isEqualTo(1);
    assertThat(admin.on(one()).get("/admin/rooms?limit=1").expect(200).json().getString("next_cursor")).isNotNull();

    Ws hers = inRoom(alice, two(), room);
    admin.on(one()).patch(path, set("name", name + " 2")).expect(200);
    hers.await("the new name", f -> Ws.type(f, "room_updated") && (name + " 2").equals(f.getString("name")));
    admin.on(one()).patch(path, new JsonObject()).expect(422);
    admin.on(one()).patch("/admin/rooms/999999999", set("is_private", true)).expect(404);

    Person bob = person("bob");
    JsonObject member = admin.on(two()).post(path + "/moderators", set("username", bob.name())).expect(200).json();
    assertThat(member.getBoolean("is_moderator")).isTrue();
    hers.await("the moderator", member(bob, "is_moderator", true));
    bob.on(one()).get(room.path() + "/members").expect(200);
    admin.on(two()).post(path + "/moderators", set("username", Names.unique("nobody"))).expect(404);

    for (Person other : List.of(alice, bob)) {
      other.on(one()).get("/admin/rooms").expect(403);
      other.on(one()).delete(path).expect(403);
      other.on(one()).patch(path, set("name", Names.unique("x"))).expect(403);
      other.on(one()).post(path + "/moderators", set("username", other.name())).expect(403);
    }
    admin.on(one()).delete(path).expect(204);
    hers.await("the end", type("room_deleted"));
    assertThat(admin.on(one()).get("/admin/audit?limit=3").expect(200).json().getJsonArray("items").stream()
        .map(each -> ((JsonObject) each).getString("action")))
        .containsExactly("room_deleted", "moderator_granted", "room_changed");
  }
}
