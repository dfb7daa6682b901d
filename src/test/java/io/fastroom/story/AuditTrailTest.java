package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A change and its entry in the audit trail are one: PostgreSQL itself refuses the one, and the other is not there. */
class AuditTrailTest extends Story {
  /** What somebody cancels, to the node: it is neither away nor at fault. */
  private static final String REFUSE = """
      CREATE OR REPLACE FUNCTION refuse_for_a_test() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'refused by a test' USING ERRCODE = '57014'; END $$""";

  private Person admin;
  private RoomRef room;

  private static void sql(String... statements) {
    try (Connection database = Backends.postgres().connect(); Statement sql = database.createStatement()) {
      for (String statement : statements) {
        sql.execute(statement);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String ask(String sql) {
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement();
         ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refuse(String table, String when) {
    sql(REFUSE, "CREATE TRIGGER refuse_for_a_test BEFORE INSERT ON " + table + " FOR EACH ROW WHEN (" + when
        + ") EXECUTE FUNCTION refuse_for_a_test()");
  }

  private static void allow(String table) {
    sql("DROP TRIGGER IF EXISTS refuse_for_a_test ON " + table);
  }

  @AfterEach
  void take_back() {
    allow("audit");
    allow("user_purges");
  }

  /** Of everything that the changes below are about. */
  private String state() {
    String rows = "(SELECT COALESCE(string_agg(t::text, ';' ORDER BY t::text), '') FROM %s t WHERE %s)";
    return ask("SELECT concat_ws('|', " + String.join(", ", rows.formatted("users", "id >= " + admin.id()),
        rows.formatted("rooms", "id = " + room.id()), rows.formatted("room_members", "room_id = " + room.id()),
        rows.formatted("room_events", "room_id = " + room.id()), rows.formatted("messages", "room_id = " + room.id()),
        // Whether it could be delivered to meanwhile is nobody's act.
        rows.formatted("(SELECT id, room_id, url, events, replace(state, 'failing', 'active'), revision FROM webhooks)",
            "COALESCE(room_id, 0) IN (0, " + room.id() + ")"), rows.formatted("invites", "created_by = " + admin.id()),
        rows.formatted("api_keys", "user_id >= " + admin.id()),
        rows.formatted("user_purges", "user_id >= " + admin.id())) + ")");
  }

  private static long entries(String action, long actorId) {
    return Long.parseLong(ask("SELECT count(*) FROM audit WHERE action = '" + action + "' AND actor_id = " + actorId));
  }

  /** @return the body of the answer once it is allowed */
  private JsonObject is_one(String action, Person actor, int status, Supplier<Answer> change) {
    long before = entries(action, actor.id());
    String was = state();
    refuse("audit", "NEW.actor_id = " + actor.id());
    assertThat(change.get().status()).as("%s without its entry", action).isEqualTo(503);
    allow("audit");
    assertThat(state()).as("%s must not have happened", action).isEqualTo(was);
    assertThat(entries(action, actor.id())).isEqualTo(before);
    Answer done = change.get().expect(status);
    assertThat(state()).as("%s must have happened", action).isNotEqualTo(was);
    assertThat(entries(action, actor.id())).as(action).isEqualTo(before + 1);
    return done.text().startsWith("{") ? done.json() : new JsonObject();
  }

  private static JsonObject set(String field, Object value) {
    return new JsonObject().put(field, value);
  }

  private JsonObject member(String flag, boolean enabled) {
    return set("enabled", enabled).put("reason", flag);
  }

  @Test
  void of_what_administrators_do_neither_is_without_the_other() {
    admin = AdministrationTest.admin();
    Person bob = person("bob");
    room = bob.createRoom(one());
    Person carol = person("carol");
    String user = "/admin/users/" + carol.id();
    is_one("account_changed", admin, 200, () -> admin.on(one()).patch(user, set("disabled", true)));
    is_one("account_changed", admin, 200, () -> admin.on(two()).patch(user, set("disabled", false).put("role", "admin")));
    is_one("account_deleted", admin, 204, () -> admin.on(one()).delete(user));
    long bot = is_one("account_made", admin, 201, () -> admin.on(one()).post("/admin/users",
        set("username", Names.unique("bot")).put("bot", true))).getLong("id");
    long key = is_one("key_made", admin, 201, () -> admin.on(one()).post("/admin/users/" + bot + "/keys",
        set("name", "a key").put("scopes", new JsonArray().add("read")))).getLong("id");
    is_one("key_deleted", admin, 204, () -> admin.on(two()).delete("/admin/users/" + bot + "/keys/" + key));
    long invite = is_one("invite_made", admin, 201, () -> admin.on(one()).post("/admin/invites", new JsonObject()))
        .getLong("id");
    is_one("invite_deleted", admin, 204, () -> admin.on(one()).delete("/admin/invites/" + invite));
    is_one("moderator_granted", admin, 200,
        () -> admin.on(two()).post("/admin" + room.path() + "/moderators", set("username", admin.name())));
    is_one("room_changed", admin, 200, () -> admin.on(one()).patch("/admin" + room.path(), set("is_private", true)));
    webhooks("/admin/webhooks", set("seq", 1).put("room_id", room.id()));
    is_one("room_deleted", admin, 204, () -> admin.on(one()).delete("/admin" + room.path()));
  }

  /** Whoever makes one reads what is said from then on. */
  private void webhooks(String path, JsonObject replay) {
    JsonObject hook = set("url", "http://127.0.0.1:1/a-secret?token=another")
        .put("events", new JsonArray().add("chat"));
    long id = is_one("webhook_made", admin, 201, () -> admin.on(one()).post(path, hook)).getLong("id");
    is_one("webhook_changed", admin, 200, () -> admin.on(two()).patch(path + "/" + id, set("state", "disabled")));
    is_one("webhook_replayed", admin, 200, () -> admin.on(one()).post(path + "/" + id + "/replay", replay));
    is_one("webhook_deleted", admin, 204, () -> admin.on(two()).delete(path + "/" + id));
    assertThat(ask("SELECT string_agg(concat_ws(' ', action, target_name, room_id, details - 'address'), '; '"
        + " ORDER BY id)"
        + " FROM audit WHERE target_kind = 'webhook' AND target_id = " + id))
        .matches("webhook_made http://127.0.0.1:1 .*\\Q{\"events\": \"chat\"}\\E; webhook_changed .*\"disabled\".*; "
            + "webhook_replayed .*\"seq\": \"1\".*; webhook_deleted .*")
        .doesNotContain("secret").doesNotContain("another");
  }

  @Test
  void of_what_moderators_do_neither_is_without_the_other() {
    admin = person("alice");
    Person bob = person("bob");
    room = admin.createRoom(one());
    long said = inRoom(bob, two(), room).chat(room.name(), "spam").getLong("message_id");
    String path = room.path() + "/members/" + bob.id();
    is_one("message_edited", admin, 200,
        () -> admin.on(two()).patch(room.path() + "/messages/" + said, set("content", "not spam")));
    is_one("message_deleted", admin, 204, () -> admin.on(one()).delete(room.path() + "/messages/" + said));
    is_one("muted", admin, 200, () -> admin.on(one()).post(path + "/mute", member("mute", true)));
    is_one("unmuted", admin, 200, () -> admin.on(one()).post(path + "/mute", member("mute", false)));
    is_one("moderator_granted", admin, 200, () -> admin.on(two()).post(path + "/moderator", set("enabled", true)));
    is_one("moderator_revoked", admin, 200, () -> admin.on(two()).post(path + "/moderator", set("enabled", false)));
    is_one("banned", admin, 200, () -> admin.on(one()).post(path + "/ban", member("ban", true)));
    is_one("unbanned", admin, 200, () -> admin.on(one()).post(path + "/ban", member("ban", false)));
    is_one("member_removed", admin, 204, () -> admin.on(one()).delete(path));
    is_one("room_changed", admin, 200, () -> admin.on(one()).patch(room.path(), set("is_private", true)));
    webhooks(room.path() + "/webhooks", set("seq", 1));
    is_one("account_deleted", bob, 204,
        () -> bob.on(one()).send("DELETE", "/users/me", "application/json", set("password", bob.password()).encode()));
    is_one("room_deleted", admin, 204, () -> admin.on(two()).delete(room.path()));
    assertThat(ask("SELECT target_name || ' ' || (details ->> 'address') FROM audit WHERE action = 'room_deleted'"
        + " AND room_id = " + room.id())).isEqualTo(room.name() + " 127.0.0.1");
  }

  @Test
  void of_who_follows_the_last_moderator_neither_is_without_the_other() {
    admin = person("alice");
    Person bob = person("bob");
    room = admin.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    refuse("audit", "NEW.room_id = " + room.id());
    admin.on(two()).send("DELETE", "/users/me", "application/json", set("password", admin.password()).encode())
        .expect(204);
    assertThat(ask("SELECT is_moderator FROM room_members WHERE room_id = " + room.id() + " AND user_id = " + bob.id()))
        .isEqualTo("f");
    allow("audit");
    Until.holds("bob is the moderator", Duration.ofSeconds(60), () ->
        bob.on(one()).get(room.path() + "/audit").status() == 200);
    JsonArray entries = bob.on(one()).get(room.path() + "/audit").json().getJsonArray("items");
    assertThat(entries).hasSize(1);
    JsonObject entry = entries.getJsonObject(0);
    assertThat(entry.getString("action") + entry.getJsonObject("target").getString("name"))
        .isEqualTo("moderator_granted" + bob.name());
    assertThat(entry.getValue("actor")).isNull();
    assertThat(entry.getJsonObject("details")).isEqualTo(set("in_place_of", "deleted." + admin.id()));
  }

  @Test
  void what_is_so_already_or_refused_or_fails_leaves_no_entry() {
    admin = person("alice");
    Person bob = person("bob");
    room = admin.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    String path = room.path() + "/members/";
    admin.on(one()).post(path + bob.id() + "/moderator", set("enabled", false)).expect(200);
    admin.on(one()).post(path + admin.id() + "/ban", set("enabled", true)).expect(409);
    bob.on(one()).post(path + admin.id() + "/mute", set("enabled", true)).expect(403);
    refuse("user_purges", "NEW.user_id = " + bob.id());
    bob.on(one()).send("DELETE", "/users/me", "application/json", set("password", bob.password()).encode()).expect(503);
    assertThat(ask("SELECT count(*) FROM audit WHERE actor_id IN (" + admin.id() + ", " + bob.id() + ")"))
        .isEqualTo("0");
    bob.on(two()).get("/users/me").expect(200);
  }

  @Test
  void of_what_the_tool_does_neither_is_without_the_other() {
    Person dave = person("dave");
    refuse("audit", "NEW.target_id = " + dave.id());
    assertThat(AdministrationTest.tool("", "grant", dave.name()).code()).isNotZero();
    assertThat(AdministrationTest.tool("a new password\n", "reset-password", dave.name(), "--stdin").code()).isNotZero();
    assertThat(dave.on(two()).get("/users/me").expect(200).json().getString("role")).isEqualTo("user");
    dave.login(one());
    allow("audit");
    assertThat(AdministrationTest.tool("", "grant", dave.name()).code()).isZero();
    assertThat(ask("SELECT string_agg(action, ' ') FROM audit WHERE target_id = " + dave.id())).isEqualTo("role_admin");
  }
}
