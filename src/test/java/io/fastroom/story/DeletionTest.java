package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The end of an account, and what stays of it. */
class DeletionTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Rest rest(Person person, NodeProcess node) {
    return person.on(node);
  }

  private static int delete(Person person, JsonObject body) {
    return rest(person, one()).send("DELETE", "/users/me", "application/json", body.encode()).status();
  }

  private static JsonObject password(Person person) {
    return new JsonObject().put("password", person.password());
  }

  private static List<JsonObject> items(Person person, NodeProcess node, String path) {
    return rest(person, node).get(path).expect(200).json().getJsonArray("items").stream().map(JsonObject.class::cast)
        .toList();
  }

  private static void sql(String statement) throws SQLException {
    try (Connection database = Backends.postgres().connect(); Statement each = database.createStatement()) {
      each.execute(statement);
    }
  }

  private static long count(String query) {
    try (Connection database = Backends.postgres().connect(); Statement each = database.createStatement();
         ResultSet rows = each.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void say(Ws ws, RoomRef room, String text) {
    ws.chat(room.name(), text);
  }

  @Test
  void takes_the_account_away_and_leaves_its_messages_under_the_name_of_nobody() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws mine = inRoom(alice, one(), room);
    Ws his = inRoom(bob, two(), room);
    say(mine, room, "before");
    say(his, room, "his own");
    String nobody = "deleted." + alice.id();
    assertThat(delete(alice, password(alice))).isEqualTo(204);

    assertThat(mine.awaitClose()).isEqualTo(4401);
    his.await("the removal", f -> Ws.type(f, "member_update") && alice.id() == f.getLong("user_id")
        && nobody.equals(f.getString("username")) && !f.getBoolean("is_member"));
    for (NodeProcess node : List.of(one(), two())) {
      alice.on(node).get("/users/me").expect(401);
      assertThat(new Rest(node.url(), null).form("/token", Map.of("username", alice.name(), "password", alice.password()))
          .status()).isEqualTo(401);
      bob.on(node).get("/users/" + alice.name()).expect(404);
      assertThat(connect(bob, node).join(room.name()).entries()).extracting(m -> m.getString("user"))
          .containsExactly(nobody, bob.name());
      assertThat(connect(bob, node).join(room.name(), 0L).entries()).filteredOn(m -> m.containsKey("user"))
          .extracting(m -> m.getString("user")).containsExactly(nobody, bob.name());
      List<JsonObject> members = items(bob, node, room.path() + "/members");
      assertThat(members).hasSize(1).allMatch(m -> m.getBoolean("is_moderator"));
      assertThat(items(bob, node, room.path() + "/messages")).extracting(m -> m.getString("username"))
          .containsExactly(nobody, bob.name());
    }
    Rest anybody = new Rest(two().url(), null);
    JsonObject heir = anybody.post("/register", new JsonObject().put("username", alice.name())
        .put("password", "long enough for it")).expect(201).json();
    assertThat(heir.getLong("id")).isNotEqualTo(alice.id());
    assertThat(items(bob, one(), room.path() + "/messages").get(0).getString("username")).isEqualTo(nobody);
  }

  @Test
  void its_messages_are_found_by_the_name_that_is_left_and_others_are_not() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = bob.createRoom(one());
    String search = "/search?q=farewell&room_id=" + room.id() + "&author=";
    say(inRoom(alice, one(), room), room, "farewell");
    assertThat(delete(alice, password(alice))).isEqualTo(204);
    assertThat(items(bob, two(), search + "deleted." + alice.id())).hasSize(1);
    Until.holds("the account is gone", PATIENCE, () ->
        count("SELECT count(*) FROM users WHERE id = " + alice.id()) == 0);
    assertThat(items(bob, two(), search + "deleted." + alice.id())).hasSize(1);
    assertThat(items(bob, two(), search + "Deleted." + alice.id())).hasSize(1);
    for (String other : List.of("deleted." + bob.id(), "deleted.0" + alice.id(), "deleted.9999999999999999999")) {
      assertThat(items(bob, two(), search + other)).as(other).isEmpty();
    }
  }

  @Test
  void is_for_who_knows_the_password_or_has_none() throws SQLException {
    Person alice = person("alice");
    assertThat(delete(alice, new JsonObject().put("password", "not it at all"))).isEqualTo(403);
    assertThat(delete(alice, new JsonObject().put("confirm", alice.name()))).isEqualTo(403);
    assertThat(delete(alice, new JsonObject())).isEqualTo(422);
    assertThat(rest(alice, two()).delete("/users/me").status()).isEqualTo(422);
    rest(alice, two()).get("/users/me").expect(200);
    sql("UPDATE users SET password_hash = '' WHERE id = " + alice.id());
    assertThat(delete(alice, new JsonObject().put("confirm", "somebody"))).isEqualTo(422);
    assertThat(delete(alice, new JsonObject().put("confirm", alice.name()))).isEqualTo(204);
  }

  @Test
  void an_administrator_deletes_others_and_the_last_one_stays() {
    Person admin = AdministrationTest.admin();
    Person bob = person("bob");
    Ws open = connect(bob, two());
    rest(admin, one()).delete("/admin/users/" + bob.id()).expect(204);
    assertThat(open.awaitClose()).isEqualTo(4401);
    rest(admin, one()).delete("/admin/users/" + bob.id()).expect(404);
    rest(admin, one()).patch("/admin/users/" + bob.id(), new JsonObject().put("disabled", false)).expect(404);
    person("carol").on(one()).delete("/admin/users/" + admin.id()).expect(403);
  }

  @Test
  void the_last_administrator_can_be_neither_demoted_nor_disabled_nor_deleted() throws SQLException {
    Person admin = AdministrationTest.admin();
    sql("UPDATE users SET role = 'user' WHERE id <> " + admin.id());
    String path = "/admin/users/" + admin.id();
    // Nobody can sign in to it and look after the others.
    long bot = rest(admin, one()).post("/admin/users", new JsonObject().put("username", Names.unique("bot"))
        .put("bot", true).put("role", "admin")).expect(201).json().getLong("id");
    for (JsonObject change : List.of(new JsonObject().put("role", "user"), new JsonObject().put("disabled", true))) {
      assertThat(rest(admin, one()).patch(path, change).expect(409).json().getString("code")).isEqualTo("last_admin");
    }
    rest(admin, two()).delete(path).expect(409);
    assertThat(delete(admin, password(admin))).isEqualTo(409);
    assertThat(AdministrationTest.tool("", "revoke", admin.name()).code()).isEqualTo(1);
    rest(admin, one()).get("/admin/users").expect(200);
    rest(admin, two()).patch("/admin/users/" + bot, new JsonObject().put("role", "user")).expect(200);
  }

  /** What a node that was killed right after the first step has left behind. */
  @Test
  void is_gone_on_with_by_any_node_after_a_crash_in_the_middle() throws SQLException {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = bob.createRoom(one());
    RoomRef other = alice.createRoom(one());
    inRoom(alice, two(), room);
    rest(alice, two()).post(room.path() + "/leave");
    sql("INSERT INTO messages (room_id, seq, user_id, username, content, created_at) SELECT " + room.id() + ", -n, "
        + "CASE WHEN n % 2 = 0 THEN " + alice.id() + " ELSE " + bob.id() + " END, CASE WHEN n % 2 = 0 THEN '"
        + alice.name() + "' ELSE '" + bob.name() + "' END, 'old', now() FROM generate_series(1, 11000) n");
    sql("INSERT INTO user_purges (user_id, name) VALUES (" + alice.id() + ", '" + alice.name() + "')");
    sql("UPDATE users SET username = 'deleted." + alice.id() + "', disabled = true WHERE id = " + alice.id());
    // What is not rewritten yet is read as if it were.
    assertThat(items(bob, two(), room.path() + "/messages?limit=200")).noneMatch(m ->
        m.getString("username").equals(alice.name()));
    // Behind what other tests have left to be deleted in the database of all.
    Until.holds("every name is gone and so is the account", PATIENCE.multipliedBy(4), () ->
        count("SELECT count(*) FROM messages WHERE username = '" + alice.name() + "'") == 0
            && count("SELECT count(*) FROM users WHERE id = " + alice.id()) == 0
            && count("SELECT count(*) FROM user_purges WHERE user_id = " + alice.id()) == 0);
    assertThat(count("SELECT count(*) FROM messages WHERE room_id = " + room.id() + " AND username = 'deleted."
        + alice.id() + "'")).isEqualTo(5_500);
    assertThat(count("SELECT count(*) FROM room_events WHERE username = '" + alice.name() + "'")).isZero();
    assertThat(count("SELECT count(*) FROM room_members WHERE room_id = " + other.id())).isZero();
  }
}
