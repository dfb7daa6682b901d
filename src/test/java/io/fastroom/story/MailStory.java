package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.MailServer;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What stories about mail need: two nodes and the SMTP server that takes their letters. */
abstract class MailStory extends Story {
  static final Duration LONG = Duration.ofSeconds(30);
  static MailServer server;
  static NodeProcess first;
  static NodeProcess second;

  @BeforeAll
  static void start() {
    server = new MailServer().start();
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.putAll(Map.of("SMTP_URL", "smtp://127.0.0.1:" + server.port(), "MAIL_FROM",
        "FastRoom <chat@example.org>", "PUBLIC_URL", "https://chat.example.org/"));
    List<NodeProcess> two = Cluster.startTwo(settings);
    first = two.get(0);
    second = two.get(1);
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable each : List.of(first, second, server)) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static Rest nobody(NodeProcess node) {
    return new Rest(node.url(), null);
  }

  static JsonObject fields(String name, Object value) {
    return new JsonObject().put(name, value);
  }

  static Person register(String hint, String email) {
    String name = Names.unique(hint);
    String password = "correct horse " + name;
    long id = nobody(first).post("/register", fields("username", name).put("password", password).put("email", email))
        .expect(201).json().getLong("id");
    return new Person(name, id, password, null, null).login(first);
  }

  static String address() {
    return Names.unique("mail").replace('.', '-') + "@example.org";
  }

  static Person verified(String hint, String email) {
    Person person = register(hint, email);
    verify(server.await(email).token()).expect(204);
    return person;
  }

  static Answer verify(String token) {
    return nobody(second).post("/email/verify", fields("token", token));
  }

  static Answer reset(String token, String password) {
    return nobody(second).post("/password/reset", fields("token", token).put("password", password));
  }

  static void forgot(String email) {
    assertThat(nobody(first).post("/password/forgot", fields("email", email)).expect(202).text()).isEmpty();
  }

  static JsonObject me(Person person) {
    return person.on(second).get("/users/me").expect(200).json();
  }

  static void assertExpired(Answer answer) {
    assertThat(answer.expect(400).json().getString("code")).isEqualTo("link_expired");
  }

  static void sql(String statement) throws SQLException {
    try (Connection database = Backends.postgres().connect(); Statement sql = database.createStatement()) {
      sql.execute(statement);
    }
  }
}
