package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Programs that come by a key. */
class KeysTest extends Story {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static JsonObject wish(String... scopes) {
    return new JsonObject().put("name", "report").put("scopes", new JsonArray(List.of(scopes)));
  }

  private static JsonObject make(Person person, String... scopes) {
    return person.on(one()).post("/users/me/keys", wish(scopes)).expect(201).json();
  }

  private static String key(Person person, String... scopes) {
    return make(person, scopes).getString("key");
  }

  private static Rest by(String key, NodeProcess node) {
    return new Rest(node.url(), key);
  }

  private static JsonObject text(String content) {
    return new JsonObject().put("content", content);
  }

  private static Predicate<JsonObject> refused(String ref) {
    return error("forbidden_scope").and(f -> ref.equals(f.getString("ref")));
  }

  private static void sql(String statement) {
    try (var database = Backends.postgres().connect(); var sql = database.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Ws socket(String key, NodeProcess node) {
    Ws ws = closing(Ws.connect(node, key));
    ws.mark();
    return ws;
  }

  @Test
  void a_key_is_shown_once_and_opens_rest_and_sockets_in_all_three_places() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    JsonObject made = make(alice, "read", "write");
    String key = made.getString("key");
    assertThat(key).matches("frk_[\\w-]{43}");
    assertThat(made.getValue("last_used_at")).isNull();
    assertThat(made.getValue("expires")).isNull();
    assertThat(made.getJsonArray("scopes")).containsExactly("read", "write");

    by(key, two()).post(room.path() + "/messages", text("by rest")).expect(201);
    assertThat(by(key, one()).get("/users/me").expect(200).json().getString("username")).isEqualTo(alice.name());
    for (Ws ws : List.of(Ws.open(two(), "/ws?access_token=" + key, Map.of()),
        Ws.open(one(), "/ws", Map.of("Authorization", "Bearer " + key)),
        Ws.open(two(), "/ws", Map.of("Sec-WebSocket-Protocol", "bearer, " + key)))) {
      closing(ws).await("the banner", type("system"));
      ws.join(room.name());
      ws.chat(room.name(), "by socket");
    }

    Until.holds("its use is shown", Duration.ofSeconds(5), () -> keys(alice).get(0).getString("last_used_at") != null);
    JsonObject shown = keys(alice).get(0);
    assertThat(shown.fieldNames()).doesNotContain("key");
    assertThat(Duration.between(Instant.parse(shown.getString("last_used_at")), Instant.now())).isLessThan(
        Duration.ofMinutes(2));
    try (var database = Backends.postgres().connect(); var statement = database.createStatement();
         var row = statement.executeQuery("SELECT k::text FROM api_keys k WHERE id = " + made.getLong("id"))) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).doesNotContain(key.substring(4));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<JsonObject> keys(Person person) {
    return person.on(two()).get("/users/me/keys").expect(200).array().stream()
        .map(JsonObject.class::cast).toList();
  }

  @Test
  void a_key_does_what_its_scopes_say_and_nothing_else() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    long said = bob.on(one()).post(room.path() + "/messages", text("of bob")).expect(201).json().getLong("message_id");
    Rest reads = by(key(alice, "read"), one());
    Rest writes = by(key(alice, "write"), two());
    Rest moderates = by(key(alice, "moderate"), one());
    String messages = room.path() + "/messages";
    String of = messages + "/" + said;

    reads.get(messages).expect(200);
    assertThat(reads.post(messages, text("x")).expect(403).json().getString("code")).isEqualTo("forbidden_scope");
    reads.send("DELETE", room.path(), null, null).expect(403);
    reads.get("/admin/users").expect(403);

    writes.get(messages).expect(403);
    long own = writes.post(messages, text("mine")).expect(201).json().getLong("message_id");
    writes.patch(messages + "/" + own, text("mine still")).expect(200);
    assertThat(writes.patch(of, text("x")).expect(403).json().getString("code")).isEqualTo("not_owner");
    writes.delete(of).expect(403);
    writes.post(room.path() + "/members/" + bob.id() + "/mute", new JsonObject().put("enabled", true)).expect(403);

    moderates.post(room.path() + "/members/" + bob.id() + "/mute", new JsonObject().put("enabled", true)).expect(200);
    moderates.get(messages).expect(403);
    moderates.patch(of, text("of bob, mended")).expect(200);
    moderates.delete(of).expect(204);
    Rest bobs = by(key(bob, "moderate"), two());
    assertThat(bobs.delete(messages + "/" + own).expect(403).json().getString("code")).isEqualTo("not_owner");
    by(key(alice, "write", "moderate"), one()).delete(messages + "/" + own).expect(204);

    Person nobody = person("nobody");
    RoomRef closed = nobody.createRoom(one(), Names.unique("closed"), true);
    reads.get(closed.path() + "/messages").expect(404);
  }

  @Test
  void frames_of_a_socket_need_scopes_too() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws reads = socket(key(alice, "read"), one());
    reads.join(room.name());
    reads.send("chat", "room", room.name(), "message", "x", "ref", "a");
    reads.await("no chat", refused("a"));
    reads.send("typing", "room", room.name(), "isTyping", true, "ref", "b");
    reads.await("no typing", refused("b"));
    assertThat(reads.ask("history_more", "room", room.name(), "before_id", 1).getString("type"))
        .isEqualTo("history_more");
    Ws writes = socket(key(alice, "write"), two());
    writes.send("join", "room", room.name(), "ref", "c");
    writes.await("no join", refused("c"));
    writes.barrier();
    assertThat(writes.isOpen()).isTrue();
  }

  @Test
  void a_key_that_only_reads_makes_nobody_a_member_and_shows_nobody() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws hers = inRoom(alice, one(), room);
    Ws reads = socket(key(bob, "read"), two());
    reads.join(room.name());
    hers.send("chat", "room", room.name(), "message", "hello");
    reads.await("what is said", chat("hello"));
    hers.barrier();
    assertThat(hers.seen()).noneMatch(type("presence_diff")).noneMatch(type("system"));
    JsonObject seen = bob.on(one()).get(room.path()).expect(200).json();
    assertThat(seen.getBoolean("is_member")).isFalse();
    assertThat(alice.on(one()).get(room.path() + "/presence").expect(200).json().getJsonArray("users"))
        .containsExactly(alice.name());
    alice.on(one()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
    reads.await("out of what is private now", f -> Ws.type(f, "error") && room.name().equals(f.getString("room")));
  }

  @Test
  void a_key_that_does_not_read_hears_nothing() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    long said = alice.on(one()).post(room.path() + "/messages", text("x")).expect(201).json().getLong("seq");
    Ws moderates = socket(key(alice, "moderate"), one());
    Ws device = inRoom(alice, one(), room);
    device.ask("read", "room", room.name(), "seq", said);
    moderates.barrier();
    assertThat(moderates.frames("read")).isEmpty();

    String key = key(alice, "moderate");
    JsonObject refused = device.ask("auth", "access_token", key);
    assertThat(refused.getString("code")).isEqualTo("forbidden_scope");
    alice.on(two()).post(room.path() + "/messages", text("still there")).expect(201);
    device.await("what is said", chat("still there"));
    assertThat(device.ask("auth", "access_token", key(alice, "read")).getString("type")).isEqualTo("authenticated");
  }

  @Test
  void no_key_changes_an_account_its_logins_or_its_keys() {
    Person other = AdministrationTest.admin();
    Person admin = AdministrationTest.admin();
    JsonObject made = make(admin, "read", "write", "moderate", "admin");
    Rest by = by(made.getString("key"), one());
    by.get("/admin/users").expect(200);
    JsonObject password = new JsonObject().put("current_password", admin.password())
        .put("new_password", "another long one");
    for (int status : List.of(by.post("/users/me/keys", wish("read")).status(), by.get("/users/me/keys").status(),
        by.delete("/users/me/keys/" + made.getLong("id")).status(), by.post("/users/me/password", password).status(),
        by.patch("/users/me", new JsonObject().put("email", "x@example.org")).status(),
        by.get("/users/me/sessions").status(), by.delete("/users/me/sessions").status())) {
      assertThat(status).isEqualTo(403);
    }
    String user = Names.unique("user");
    long another = by.post("/admin/users", new JsonObject().put("username", user).put("password", "long enough"))
        .expect(201).json().getLong("id");
    String mine = "/admin/users/" + admin.id();
    String theirs = "/admin/users/" + another;
    for (Answer refused : List.of(by.delete(mine), by.patch(mine, new JsonObject().put("role", "user")),
        by.patch(mine, new JsonObject().put("disabled", true)), by.patch(theirs, new JsonObject().put("role", "admin")),
        by.post("/admin/users", new JsonObject().put("username", Names.unique("x")).put("password", "long enough")
            .put("role", "admin")),
        by.post("/admin/users", new JsonObject().put("username", Names.unique("x")).put("bot", true)
            .put("role", "admin")))) {
      assertThat(refused.expect(403).json().getString("code")).isEqualTo("forbidden_scope");
    }
    by.patch(theirs, new JsonObject().put("disabled", true)).expect(200);
    by.delete(theirs).expect(204);
    other.on(two()).patch(mine, new JsonObject().put("role", "admin")).expect(200);
    by.post("/logout", new JsonObject().put("refresh_token", "x"));
    by.get("/users/me").expect(200);
    assertThat(person("bob").on(one()).post("/users/me/keys", wish("admin")).expect(403).json().getString("code"))
        .isEqualTo("not_admin");
    assertThat(AdministrationTest.tool("", "revoke", admin.name()).code()).isZero();
    by.get("/admin/users").expect(403);
  }

  private static void endsWithinASecond(Ws ws, long since, long known) {
    assertThat(ws.awaitClose()).isEqualTo(4401);
    assertThat(Duration.ofNanos(ws.closedAt() - since)).isLessThan(Duration.ofMillis(known).plus(SECOND));
  }

  @Test
  void a_deleted_key_ends_everywhere_within_a_second() {
    Person alice = person("alice");
    JsonObject made = make(alice, "read");
    JsonObject other = make(alice, "read");
    String key = made.getString("key");
    List<Ws> sockets = List.of(socket(key, one()), socket(key, two()));
    Ws stays = socket(other.getString("key"), two());
    by(key, two()).get("/rooms").expect(200);
    String path = "/users/me/keys/" + made.getLong("id");
    person("bob").on(one()).delete(path).expect(404);
    long since = System.nanoTime();
    alice.on(one()).delete(path).expect(204);
    sockets.forEach(ws -> endsWithinASecond(ws, since, 0));
    by(key, one()).get("/rooms").expect(401);
    by(key, two()).get("/rooms").expect(401);
    alice.on(two()).delete(path).expect(404);
    stays.barrier();
    assertThat(Ws.open(two(), "/ws?access_token=" + key, Map.of()).awaitClose()).isEqualTo(4401);

    long again = System.nanoTime();
    sql("DELETE FROM api_keys WHERE id = " + other.getLong("id"));
    endsWithinASecond(stays, again, 200);
    by(other.getString("key"), two()).get("/rooms").expect(401);
  }

  @Test
  void an_expired_key_ends_within_a_second() {
    Person alice = person("alice");
    Instant end = Instant.now().plusMillis(3_300);
    String key = alice.on(one()).post("/users/me/keys", wish("read").put("expires", end.toString())).expect(201).json()
        .getString("key");
    Ws there = socket(key, two());
    by(key, one()).get("/rooms").expect(200);
    assertThat(there.awaitClose()).isEqualTo(4401);
    assertThat(Duration.between(end, Instant.now())).isBetween(Duration.ZERO, SECOND);
    by(key, one()).get("/rooms").expect(401);
    by(key, two()).get("/rooms").expect(401);
  }

  @Test
  void a_disabled_account_ends_its_keys() {
    Person admin = AdministrationTest.admin();
    JsonObject bot = admin.on(one()).post("/admin/users", new JsonObject().put("username", Names.unique("bot"))
        .put("bot", true)).expect(201).json();
    String keys = "/admin/users/" + bot.getLong("id") + "/keys";
    JsonObject made = admin.on(one()).post(keys, wish("read", "write")).expect(201).json();
    JsonObject second = admin.on(one()).post(keys, wish("read")).expect(201).json();
    assertThat(admin.on(two()).get(keys).expect(200).text()).doesNotContain("frk_");
    Rest by = by(made.getString("key"), two());
    assertThat(by.get("/users/me").expect(200).json().getBoolean("is_bot")).isTrue();
    by.post("/rooms", new JsonObject().put("name", Names.unique("room"))).expect(201);
    admin.on(one()).post(keys, wish("admin")).expect(403);
    Person bob = person("bob");
    assertThat(admin.on(one()).post("/admin/users/" + bob.id() + "/keys", wish("read")).expect(409).json()
        .getString("code")).isEqualTo("not_a_bot");
    bob.on(one()).post(keys, wish("read")).expect(403);
    bob.on(one()).get(keys).expect(403);
    bob.on(one()).delete(keys + "/" + made.getLong("id")).expect(403);

    Ws first = socket(second.getString("key"), two());
    long deleted = System.nanoTime();
    admin.on(one()).delete(keys + "/" + second.getLong("id")).expect(204);
    endsWithinASecond(first, deleted, 0);
    Ws open = socket(made.getString("key"), two());
    long since = System.nanoTime();
    admin.on(one()).patch("/admin/users/" + bot.getLong("id"), new JsonObject().put("disabled", true)).expect(200);
    endsWithinASecond(open, since, 0);
    by.get("/users/me").expect(401);
  }

  @Test
  void what_is_no_key_or_no_wish_for_one_is_refused() {
    Person alice = person("alice");
    String key = key(alice, "read");
    for (String guess : List.of("frk_", key + "x", key.substring(0, key.length() - 1), "FRK_" + key.substring(4),
        "frk_" + "A".repeat(43), "frk_" + "!".repeat(43), "frk_" + "A".repeat(5_000))) {
      by(guess, one()).get("/rooms").expect(401);
    }
    Rest rest = alice.on(one());
    for (JsonObject wish : List.of(wish(), wish("root"), wish("read", "read"), wish("READ"),
        wish("read").put("name", " "),
        wish("read").put("name", "x".repeat(101)), wish("read").put("expires", "tomorrow"),
        wish("read").put("expires", 7),
        wish("read").put("expires", Instant.now().minusSeconds(1).toString()),
        wish("read").put("expires", "+999999-01-01T00:00:00Z"), wish("read").put("user_id", 1))) {
      rest.post("/users/me/keys", wish).expect(422);
      Until.pause(150);
    }
    sql("INSERT INTO api_keys (user_id, hash, name, scopes) SELECT " + alice.id() + ", sha256(('" + alice.name()
        + "' || n)::bytea), 'x', '{read}' FROM generate_series(1, 49) n");
    assertThat(rest.post("/users/me/keys", wish("read")).expect(409).json().getString("code"))
        .isEqualTo("too_many_keys");
    assertThat(keys(alice)).hasSize(50);
  }
}
