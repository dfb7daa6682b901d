package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table of REST calls: accounts. */
class RestAccountsTest extends Story {
  private final Rest nobody = new Rest(one().url(), null);

  private static JsonObject body(String username) {
    return new JsonObject().put("username", username).put("password", "long enough");
  }

  @Test
  void registers_and_normalises_the_name() {
    String name = Names.unique("reg");
    String mail = name + "@Example.ORG";
    JsonObject user = nobody.post("/register", body("  _" + name.toUpperCase().replace('_', '-') + "- ")
        .put("email", mail).put("full_name", "Rég 🙂")).expect(201).json();
    assertThat(user.fieldNames()).containsExactlyInAnyOrder("id", "username", "email", "full_name", "disabled");
    assertThat(user.getString("username")).isEqualTo(name);
    assertThat(user.getString("email")).isEqualToIgnoringCase(mail);
    assertThat(user.getString("full_name")).isEqualTo("Rég 🙂");
    assertThat(user.getBoolean("disabled")).isFalse();
    nobody.post("/register", body(name)).expect(409);
    nobody.post("/register", body(Names.unique("other")).put("email", mail.toLowerCase())).expect(409);
    nobody.form("/token", Map.of("username", " " + name.toUpperCase(), "password", "long enough")).expect(200);
  }

  @Test
  void refuses_names_and_passwords_that_cannot_be() {
    for (JsonObject bad : List.of(body("ab"), body("x".repeat(33)), body("white space!"), body("__"), body("é".repeat(5)),
        body(Names.unique("n")).put("password", "short"), body(Names.unique("n")).put("password", "x".repeat(129)),
        body(Names.unique("n")).put("email", "no mail"), body(Names.unique("n")).put("full_name", "x".repeat(256)),
        body(Names.unique("n")).put("full_name", "a\u0000b"), new JsonObject().put("username", Names.unique("n")),
        new JsonObject(), body("abc").put("username", 5))) {
      JsonObject problem = nobody.post("/register", bad).expect(422).json();
      assertThat(problem.getJsonArray("errors")).as(problem.encode()).isNotEmpty();
    }
    nobody.send("POST", "/register?username=" + Names.unique("q") + "&password=longenough", null, null);
    nobody.send("POST", "/register", "application/json", "{\"username\":\"" + Names.unique("s")
        + "\",\"password\":\"long enough\",\"full_name\":\"\\ud800\"}").expect(422);
  }

  @Test
  void gives_a_pair_of_tokens_for_the_right_password() {
    Person alice = person("alice");
    JsonObject pair = nobody.form("/token", Map.of("username", alice.name(), "password", alice.password(),
        "grant_type", "password")).expect(200).json();
    assertThat(pair.fieldNames()).containsExactlyInAnyOrder("access_token", "refresh_token", "token_type", "expires_in");
    assertThat(pair.getInteger("expires_in")).isEqualTo(28_800);
    assertThat(pair.getString("token_type")).isEqualTo("bearer");
    nobody.form("/token", Map.of("username", alice.name(), "password", "wrong wrong")).expect(401);
    nobody.form("/token", Map.of("username", Names.unique("nobody"), "password", "wrong wrong")).expect(401);
    nobody.form("/token", Map.of("username", alice.name())).expect(422);
    nobody.post("/refresh", new JsonObject().put("refresh_token", "unknown")).expect(401);
    nobody.post("/refresh", new JsonObject()).expect(422);
    nobody.post("/logout", new JsonObject().put("refresh_token", "unknown")).expect(204);
  }

  @Test
  void shows_users_and_keeps_the_mail_of_others() {
    String name = Names.unique("mail");
    nobody.post("/register", body(name).put("email", name + "@example.org")).expect(201);
    Person bob = person("bob");
    assertThat(bob.on(two()).get("/users/me").expect(200).json().getString("username")).isEqualTo(bob.name());
    JsonObject other = bob.on(one()).get("/users/" + name).expect(200).json();
    assertThat(other.containsKey("email")).isTrue();
    assertThat(other.getString("email")).isNull();
    bob.on(one()).get("/users/" + Names.unique("nobody")).expect(404);
    JsonArray list = bob.on(one()).get("/users?limit=200&order=desc").expect(200).array();
    List<String> names = list.stream().map(user -> ((JsonObject) user).getString("username")).toList();
    assertThat(names).isSortedAccordingTo((x, y) -> y.compareTo(x));
    assertThat(bob.on(one()).get("/users?limit=2&offset=1").expect(200).array()).hasSize(2);
    for (String bad : List.of("limit=0", "limit=201", "limit=x", "offset=-1", "order=up")) {
      bob.on(one()).get("/users?" + bad).expect(422);
    }
  }

  @Test
  void needs_a_token_for_users_and_rooms() {
    for (String path : List.of("/users/me", "/users", "/users/x", "/rooms", "/rooms/1", "/rooms/1/messages",
        "/rooms/by-name/x", "/rooms/1/presence", "/rooms/1/members")) {
      assertThat(nobody.get(path).expect(401).header("WWW-Authenticate")).startsWith("Bearer");
    }
    nobody.get("/health").expect(200);
    assertThat(nobody.get("/health").json()).isEqualTo(new JsonObject().put("status", "ok"));
  }

  @Test
  void a_token_of_an_account_that_is_no_more_is_a_401() throws SQLException {
    Person gone = person("gone");
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement()) {
      statement.execute("DELETE FROM users WHERE id = " + gone.id());
      gone.on(one()).get("/users/me").expect(401);
      gone.on(two()).post("/rooms", new JsonObject().put("name", Names.unique("ghost"))).expect(401);
      statement.execute("INSERT INTO users (id, username, password_hash) OVERRIDING SYSTEM VALUE VALUES (" + gone.id()
          + ", '" + Names.unique("heir") + "', '')");
      gone.on(one()).get("/users/me").expect(401);
    }
  }

  @Test
  void serves_its_own_description_and_keeps_management_off_the_public_port() {
    assertThat(nobody.get("/openapi.json").expect(200).json().getString("openapi")).startsWith("3.1");
    assertThat(nobody.get("/docs").status()).isIn(200, 301, 302, 303, 307, 308);
    for (String path : List.of("/metrics", "/verticles", "/health/ready", "/health/live")) {
      nobody.get(path).expect(404);
    }
  }
}
