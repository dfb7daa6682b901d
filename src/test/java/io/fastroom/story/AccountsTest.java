package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people do with their own accounts. */
class AccountsTest extends Story {
  private static JsonObject passwords(String current, String fresh) {
    return new JsonObject().put("current_password", current).put("new_password", fresh);
  }

  private static JsonObject fields(String name, Object value) {
    return new JsonObject().put(name, value);
  }

  private static List<JsonObject> sessions(Person person) {
    return person.on(one()).get("/users/me/sessions").expect(200).array().stream().map(JsonObject.class::cast).toList();
  }

  private static void assertEndsWithin(Ws ws, Duration limit) {
    long since = System.nanoTime();
    assertThat(ws.awaitClose()).isEqualTo(4401);
    assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(limit);
  }

  @Test
  void shows_and_changes_what_an_account_says_of_its_owner() {
    Person alice = person("alice");
    JsonObject me = alice.on(one()).get("/users/me").expect(200).json();
    assertThat(me.getString("role")).isEqualTo("user");
    assertThat(me.getBoolean("email_verified")).isTrue();
    assertThat(me.getBoolean("is_bot")).isFalse();
    String mail = alice.name() + "@example.org";
    JsonObject changed = alice.on(two()).patch("/users/me", fields("email", mail).put("full_name", "Ålice 🙂"))
        .expect(200).json();
    assertThat(changed.getString("email")).isEqualTo(mail);
    assertThat(alice.on(one()).get("/users/me").json().getString("full_name")).isEqualTo("Ålice 🙂");
    JsonObject cleared = alice.on(one()).patch("/users/me", new JsonObject().putNull("full_name")).expect(200).json();
    assertThat(cleared.getString("full_name")).isNull();
    assertThat(cleared.getString("email")).isEqualTo(mail);
    assertThat(person("bob").on(one()).patch("/users/me", fields("email", mail.toUpperCase())).expect(409).json()
        .getString("code")).isEqualTo("email_taken");
    for (JsonObject bad : List.of(new JsonObject(), fields("email", "no mail"), fields("full_name", 5),
        fields("full_name", "x".repeat(256)), fields("role", "admin"), fields("username", "root"))) {
      alice.on(one()).patch("/users/me", bad).expect(422);
    }
  }

  @Test
  void a_new_password_ends_all_other_logins_at_once_on_every_node() {
    Person here = person("alice");
    Person there = here.login(two());
    Ws mine = connect(here, one());
    Ws other = connect(there, two());
    here.on(one()).post("/users/me/password", passwords(here.password(), "battery staple " + here.name())).expect(204);
    assertEndsWithin(other, Duration.ofSeconds(1));
    there.on(two()).get("/users/me").expect(401);
    new Rest(two().url(), null).post("/refresh", fields("refresh_token", there.refresh())).expect(401);
    here.on(two()).get("/users/me").expect(200);
    mine.send(new JsonObject().put("type", "ping"));
    mine.await("a pong", type("pong"));
    Rest nobody = new Rest(one().url(), null);
    nobody.form("/token", Map.of("username", here.name(), "password", here.password())).expect(401);
    nobody.form("/token", Map.of("username", here.name(), "password", "battery staple " + here.name())).expect(200);
  }

  @Test
  void a_password_is_changed_by_who_knows_it_and_to_one_that_is_good() {
    Person alice = person("alice");
    Rest rest = alice.on(one());
    assertThat(rest.post("/users/me/password", passwords("not it at all", "battery staple 9")).expect(403).json()
        .getString("code")).isEqualTo("wrong_password");
    for (String bad : List.of("short", "x".repeat(129), "password", alice.name())) {
      rest.post("/users/me/password", passwords(alice.password(), bad)).expect(422);
    }
    rest.post("/users/me/password", new JsonObject()).expect(422);
    alice.login(two());
  }

  private static void sql(String statement) throws SQLException {
    try (Connection database = Backends.postgres().connect(); Statement each = database.createStatement()) {
      each.execute(statement);
    }
  }

  private static Instant lastUsed(Person person, int nth) {
    return Instant.parse(sessions(person).get(nth).getString("last_used_at"));
  }

  /** An access token lives for hours, and who looks for a login that is not theirs cannot wait so long. */
  @Test
  void a_login_that_is_used_says_so_and_is_written_to_once_a_minute_at_most() throws SQLException {
    Person here = person("alice");
    Person tablet = here.login(two());
    Person phone = here.login(two());
    sql("UPDATE logins SET created_at = created_at - interval '2 days' WHERE user_id = " + here.id());
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    assertThat(lastUsed(here, 0)).isBefore(yesterday);
    // As if it had been noted a moment ago, however long this takes.
    sql("UPDATE logins SET seen_at = created_at + interval '4 days' WHERE id = " + sessions(here).get(1).getLong("id"));
    Instant noted = lastUsed(here, 1);
    tablet.on(one()).get("/users/me").expect(200);
    phone.on(one()).get("/users/me").expect(200);
    Until.holds("its use is shown", Duration.ofSeconds(30), () -> lastUsed(here, 0).isAfter(yesterday));
    assertThat(lastUsed(here, 1)).isEqualTo(noted);
  }

  @Test
  void shows_the_logins_and_ends_one_or_all_others() {
    Person here = person("alice");
    Person tablet = here.login(two());
    Person phone = here.login(two());
    List<JsonObject> all = sessions(here);
    assertThat(all).hasSize(3);
    assertThat(all).filteredOn(each -> each.getBoolean("current")).hasSize(1);
    assertThat(all.get(2).getBoolean("current")).isTrue();
    for (JsonObject each : all) {
      assertThat(Instant.parse(each.getString("created_at"))).isBeforeOrEqualTo(
          Instant.parse(each.getString("last_used_at")));
      assertThat(each.getString("address")).isEqualTo("127.0.0.1");
      assertThat(each.getString("user_agent")).contains("Java");
    }
    Ws onPhone = connect(phone, two());
    Ws onTablet = connect(tablet, one());
    here.on(one()).delete("/users/me/sessions/" + all.get(0).getLong("id")).expect(204);
    assertEndsWithin(onPhone, Duration.ofSeconds(1));
    phone.on(one()).get("/users/me").expect(401);
    assertThat(sessions(here)).hasSize(2);
    here.on(one()).delete("/users/me/sessions/" + all.get(0).getLong("id")).expect(404);
    here.on(one()).delete("/users/me/sessions/x").expect(422);
    long foreign = sessions(person("bob")).get(0).getLong("id");
    here.on(one()).delete("/users/me/sessions/" + foreign).expect(404);
    here.on(two()).delete("/users/me/sessions").expect(204);
    assertEndsWithin(onTablet, Duration.ofSeconds(1));
    assertThat(sessions(here)).hasSize(1).allMatch(each -> each.getBoolean("current"));
  }

  @Test
  void of_more_than_a_hundred_logins_the_oldest_ends() throws SQLException {
    Person first = person("alice");
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement()) {
      statement.execute("INSERT INTO logins (family, user_id, expires_at) SELECT '" + first.name() + "-' || n, "
          + first.id() + ", now() + interval '1 day' FROM generate_series(1, 99) n");
      statement.execute("INSERT INTO refresh_tokens (hash, user_id, family, expires_at, access_jti, access_expires_at)"
          + " SELECT sha256((family || 'x')::bytea), user_id, family, expires_at, family, expires_at FROM logins"
          + " WHERE user_id = " + first.id() + " AND family LIKE '" + first.name() + "-%'");
    }
    assertThat(sessions(first)).hasSize(100);
    Person last = first.login(two());
    assertThat(sessions(last)).hasSize(100).filteredOn(each -> each.getBoolean("current")).hasSize(1);
    Until.holds("the first login has ended", Duration.ofSeconds(2),
        () -> first.on(one()).get("/users/me").status() == 401);
  }

  @Test
  void nobody_registers_under_the_name_of_a_deleted_account() {
    Rest nobody = new Rest(one().url(), null);
    for (String name : List.of("deleted.1", "Deleted.abc", " deleted.9999 ")) {
      JsonArray errors = nobody.post("/register", fields("username", name).put("password", "long enough"))
          .expect(422).json().getJsonArray("errors");
      assertThat(errors.getJsonObject(0).getString("pointer")).isEqualTo("/username");
    }
    nobody.post("/register", fields("username", Names.unique("deleted")).put("password", "long enough")).expect(201);
  }

  @Test
  void a_token_of_an_account_that_is_no_more_opens_nothing() throws SQLException {
    Person gone = person("gone");
    Ws open = connect(gone, two());
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement()) {
      statement.execute("DELETE FROM users WHERE id = " + gone.id());
    }
    assertThat(open.awaitClose()).isEqualTo(4401);
    assertThat(closing(Ws.open(one(), "/ws?access_token=" + gone.access(), Map.of())).awaitClose()).isEqualTo(4401);
    for (String path : List.of("/users/me", "/users", "/rooms", "/users/me/sessions")) {
      gone.on(one()).get(path).expect(401);
    }
  }
}
