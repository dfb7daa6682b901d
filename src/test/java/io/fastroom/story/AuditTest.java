package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.support.Backends;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who did what to whom. */
class AuditTest extends Story {
  private static List<JsonObject> items(Person person, String path) {
    return person.on(two()).get(path).expect(200).json().getJsonArray("items").stream().map(JsonObject.class::cast).toList();
  }

  private static JsonObject newest(Person person, String path, String action) {
    return items(person, path).stream().filter(each -> action.equals(each.getString("action"))).findFirst().orElse(null);
  }

  @Test
  void keeps_what_moderators_do_in_a_room_for_its_moderators() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws his = inRoom(bob, two(), room);
    JsonObject said = his.chat(room.name(), "spam");
    JsonObject kept = his.chat(room.name(), "mine");
    bob.on(one()).delete(room.path() + "/messages/" + kept.getLong("message_id")).expect(204);
    alice.on(one()).delete(room.path() + "/messages/" + said.getLong("message_id")).expect(204);
    alice.flag(one(), room, bob, "mute", true).expect(200);
    alice.flag(one(), room, bob, "ban", true).expect(200);
    alice.flag(two(), room, bob, "ban", false).expect(200);

    String path = room.path() + "/audit";
    assertThat(items(alice, path)).extracting(each -> each.getString("action"))
        .containsExactly("unbanned", "banned", "muted", "message_deleted");
    JsonObject ban = newest(alice, path, "banned");
    assertThat(ban.getJsonObject("actor").getString("username")).isEqualTo(alice.name());
    assertThat(ban.getJsonObject("target")).isEqualTo(new JsonObject().put("kind", "user").put("id", bob.id())
        .put("name", bob.name()));
    assertThat(ban.getLong("room_id")).isEqualTo(room.id());
    assertThat(ban.getJsonObject("details").getString("address")).isEqualTo("127.0.0.1");
    assertThat(newest(alice, path, "message_deleted").getJsonObject("target").getString("name")).isEqualTo(bob.name());

    JsonObject page = alice.on(one()).get(path + "?limit=3").expect(200).json();
    JsonArray rest = alice.on(one()).get(path + "?limit=3&cursor=" + page.getString("next_cursor")).json()
        .getJsonArray("items");
    assertThat(page.getJsonArray("items")).hasSize(3);
    assertThat(rest).hasSize(1);
    bob.on(one()).get(path).expect(403);
    alice.on(one()).get("/rooms/999999999/audit").expect(404);
    assertThat(items(AdministrationTest.admin(), path)).hasSize(4);
  }

  @Test
  void keeps_refused_logins_and_what_administrators_do() {
    Person admin = AdministrationTest.admin();
    Person bob = person("bob");
    new Rest(one().url(), null).form("/token", Map.of("username", bob.name(), "password", "wrong wrong")).expect(401);
    Until.holds("the refusal is kept", Duration.ofSeconds(5), () -> items(admin, "/admin/audit").stream().anyMatch(each ->
        "login_refused".equals(each.getString("action")) && each.getValue("actor") == null
            && bob.id() == each.getJsonObject("target").getLong("id")));
    admin.on(one()).patch("/admin/users/" + bob.id(), new JsonObject().put("disabled", true)).expect(200);
    JsonObject change = newest(admin, "/admin/audit", "account_changed");
    assertThat(change.getJsonObject("details").getString("disabled")).isEqualTo("true");
    admin.on(one()).delete("/admin/users/" + bob.id()).expect(204);
    assertThat(newest(admin, "/admin/audit", "account_deleted").getJsonObject("target").getLong("id")).isEqualTo(bob.id());
    bob.on(one()).get("/admin/audit").expect(401);
    person("carol").on(one()).get("/admin/audit").expect(403);
  }

  @Test
  void nothing_changes_or_removes_an_entry() throws SQLException {
    AdministrationTest.admin();
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement()) {
      for (String change : List.of("UPDATE audit SET action = 'nothing'", "DELETE FROM audit")) {
        assertThatThrownBy(() -> statement.execute(change)).hasMessageContaining("append-only");
      }
    }
  }
}
