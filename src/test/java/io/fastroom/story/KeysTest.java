package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Programs that come by a key. */
class KeysTest extends KeyStory {
  private static final Duration SECOND = Duration.ofSeconds(1);

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
        wish("read").put("expires", "+999999-01-01T00:00:00Z"), wish("read").put("expires", "2099-01-01T00:00Z"),
        wish("read").put("user_id", 1))) {
      rest.post("/users/me/keys", wish).expect(422);
      Until.pause(150);
    }
    sql("INSERT INTO api_keys (user_id, hash, name, scopes) SELECT " + alice.id() + ", sha256(('" + alice.name()
        + "' || n)::bytea), 'x', '{read}' FROM generate_series(1, 49) n");
    assertThat(rest.post("/users/me/keys", wish("read")).expect(409).json().getString("code"))
        .isEqualTo("too_many_keys");
    assertThat(keys(alice)).hasSize(50);
  }

  @Test
  void a_key_ends_at_any_time_to_come_in_any_form_of_it() {
    Person alice = person("alice");
    Map<String, String> forms = Map.of("2099-01-01T00:00:00.123456789Z", "2099-01-01T00:00:00.123456Z",
        "2099-01-01t02:00:00+02:00", "2099-01-01T00:00:00.000000Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z");
    forms.forEach((given, kept) -> assertThat(alice.on(one()).post("/users/me/keys", wish("read").put("expires", given))
        .expect(201).json().getString("expires")).isEqualTo(kept));
  }
}
