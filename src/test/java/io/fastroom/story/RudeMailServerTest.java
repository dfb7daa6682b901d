package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.ScriptedMailServer;
import io.fastroom.support.Until;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A letter whose server breaks off, or says what nobody understands. */
class RudeMailServerTest extends Story {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final ScriptedMailServer server = closing(new ScriptedMailServer());

  private static void sql(String statement) {
    try (Connection database = Backends.postgres().connect(); Statement sql = database.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  @AfterEach
  void empty() {
    one();
    sql("TRUNCATE letters");
    sql("DELETE FROM users WHERE username = 'rudely_served'");
  }

  /** Changes what the server says, makes the letter due and waits until that is what it has failed for. */
  private void fails(NodeProcess node, String command, String answer, String because) {
    server.answer(command, answer);
    sql("UPDATE letters SET due_at = now()");
    Until.holds(because, LIMIT, () -> node.log().contains(because));
    server.answer(command, null);
  }

  @Test
  void a_node_that_stops_does_not_wait_for_it() {
    server.answer("EHLO", ScriptedMailServer.SILENCE);
    NodeProcess node = closing(new NodeProcess(Backends.postgres(), Backends.redis(), Map.of("SMTP_URL",
        "smtp://127.0.0.1:" + server.port(), "PUBLIC_URL", "https://chat.example.org", "DRAIN_SECONDS", "0")).start());
    sql("INSERT INTO users (username, email, new_email, new_email_key, password_hash) VALUES ('rudely_served', 'r@x.org',"
        + " 'r@x.org', 'r@x.org', '-')");
    sql("INSERT INTO letters (kind, user_id) SELECT 'verify', id FROM users WHERE username = 'rudely_served'");
    Until.holds("it waits for an answer", () -> server.heard().stream().anyMatch(line -> line.startsWith("EHLO")));
    assertThat(node.term(Duration.ofSeconds(15))).isZero();
  }

  @Test
  void each_failure_is_one_line_and_the_letter_comes_at_last() {
    server.answer(".", ScriptedMailServer.GONE);
    NodeProcess node = closing(new NodeProcess(Backends.postgres(), Backends.redis(), Map.of("SMTP_URL",
        "smtp://me:password@127.0.0.1:" + server.port(), "PUBLIC_URL", "https://chat.example.org")).start());
    server.answer("EHLO", "250-mail.test\n250 AUTH CRAM-MD5");
    server.answer("AUTH", "235 welcome");
    sql("INSERT INTO users (username, email, new_email, new_email_key, password_hash) VALUES ('rudely_served', 'r@x.org',"
        + " 'r@x.org', 'r@x.org', '-')");
    sql("INSERT INTO letters (kind, user_id) SELECT 'verify', id FROM users WHERE username = 'rudely_served'");
    fails(node, ".", ScriptedMailServer.GONE, "451 4.4.2 the connection was closed");
    fails(node, "AUTH", "334 !!!", "Illegal base64");
    server.answer("AUTH", "235 welcome");
    fails(node, "MAIL", "what?", "what?");
    fails(node, "RCPT", "554 5.7.1 Relay access denied", "Relay access denied");
    sql("UPDATE letters SET due_at = now()");
    Until.holds("it is sent", LIMIT, () -> node.log().contains("letter sent kind=verify account=rudely_served"));
    assertThat(node.log()).doesNotContain("given up", "Unhandled", "\tat ", " ERROR ", "io.vertx");
    node.assertCleanLog(0);
  }
}
