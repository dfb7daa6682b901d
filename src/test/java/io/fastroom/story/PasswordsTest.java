package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a password may be, and in how many ways it may be typed. */
class PasswordsTest extends Story {
  private static final String COMPOSED = Normalizer.normalize("pässwört mit Ümlaut", Normalizer.Form.NFC);
  private static final String DECOMPOSED = Normalizer.normalize(COMPOSED, Normalizer.Form.NFD);
  private final Rest nobody = new Rest(one().url(), null);

  private int logIn(String name, String password) {
    return nobody.form("/token", Map.of("username", name, "password", password)).status();
  }

  @Test
  void one_password_is_good_in_every_unicode_form() {
    for (String registered : new String[] {COMPOSED, DECOMPOSED}) {
      String name = Names.unique("forms");
      nobody.post("/register", new JsonObject().put("username", name).put("password", registered)).expect(201);
      assertThat(logIn(name, COMPOSED)).isEqualTo(200);
      assertThat(logIn(name, DECOMPOSED)).isEqualTo(200);
    }
  }

  @Test
  void a_password_that_was_hashed_as_it_was_typed_is_good_and_from_then_on_in_every_form() throws SQLException {
    Person alice = person("alice");
    byte[] salt = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    String hash = Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID)
        .hash(DECOMPOSED.getBytes(StandardCharsets.UTF_8), salt).getResult();
    try (Connection connection = Backends.postgres().connect();
         PreparedStatement update = connection.prepareStatement("UPDATE users SET password_hash = ? WHERE id = ?")) {
      update.setString(1, hash);
      update.setLong(2, alice.id());
      update.execute();
    }
    assertThat(logIn(alice.name(), "wröng wröng")).isEqualTo(401);
    assertThat(logIn(alice.name(), DECOMPOSED)).isEqualTo(200);
    assertThat(logIn(alice.name(), COMPOSED)).isEqualTo(200);
    assertThat(logIn(alice.name(), DECOMPOSED)).isEqualTo(200);
  }

  @Test
  void what_anybody_would_guess_is_refused_with_its_place() {
    String name = Names.unique("guess");
    for (String password : new String[] {"password", "Qwertyuiop", "12345678", name, name.toUpperCase(), "a\u0308".repeat(7),
        "x".repeat(129), "short"}) {
      JsonObject problem =
          nobody.post("/register", new JsonObject().put("username", name).put("password", password)).expect(422).json();
      assertThat(problem.getJsonArray("errors").getJsonObject(0).getString("pointer")).isEqualTo("/password");
    }
    nobody.post("/register", new JsonObject().put("username", name).put("password", "a\u0308".repeat(128))).expect(201);
  }

  @Test
  void a_password_in_the_url_is_refused() {
    Person alice = person("alice");
    JsonObject good = new JsonObject().put("username", Names.unique("url")).put("password", "long enough");
    for (String query : new String[] {"?password=x", "?password=", "?username=a&password=long%20enough"}) {
      nobody.post("/register" + query, good).expect(422);
      nobody.form("/token" + query, Map.of("username", alice.name(), "password", alice.password())).expect(422);
    }
  }

  /** How many wait for a lock of this kind. */
  private static int waiting(Statement sql, String kind) throws SQLException {
    try (ResultSet row = sql.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted AND " + kind)) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void who_signs_in_by_the_old_password_while_it_is_changed_is_out_afterwards() throws Exception {
    Person alice = person("alice");
    JsonObject change = new JsonObject().put("current_password", alice.password())
        .put("new_password", "battery staple " + alice.name());
    try (Connection database = Backends.postgres().connect(); Statement sql = database.createStatement()) {
      database.setAutoCommit(false);
      sql.execute("LOCK TABLE known_addresses IN SHARE MODE");
      CompletableFuture<Answer> login = CompletableFuture.supplyAsync(() ->
          new Rest(two().url(), null).form("/token", Map.of("username", alice.name(), "password", alice.password())));
      Until.holds("the password is found right", Duration.ofSeconds(5),
          () -> waiting(sql, "relation = 'known_addresses'::regclass") > 0);
      CompletableFuture<Answer> changed =
          CompletableFuture.supplyAsync(() -> alice.on(one()).post("/users/me/password", change));
      Until.holds("it is changed, or about to be", Duration.ofSeconds(5),
          () -> changed.isDone() || waiting(sql, "locktype = 'transactionid'") > 0);
      database.commit();
      changed.join().expect(204);
      Answer late = login.join();
      assertThat(late.status()).isIn(200, 401);
      if (late.status() == 200) {
        String token = late.json().getString("access_token");
        Until.holds("it is dead", Duration.ofSeconds(3), () -> new Rest(two().url(), token).get("/rooms").status() == 401);
        nobody.post("/refresh", new JsonObject().put("refresh_token", late.json().getString("refresh_token"))).expect(401);
      }
    }
    alice.on(one()).get("/users/me").expect(200);
  }
}
