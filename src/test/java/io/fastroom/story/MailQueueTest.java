package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.MailServer;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Rest;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** As much mail as may wait, a node that is killed over it, and what is too much. */
class MailQueueTest extends Story {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int MOST = 10_000;
  private static final int LETTERS = 400;
  /** Letters of one node under way at once. */
  private static final int AT_ONCE = 4;

  private final String common = Names.unique("q").replaceAll("[^a-z0-9]", "");

  private static void sql(String statement) {
    try (Connection database = Backends.postgres().connect(); Statement sql = database.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long letters() {
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement();
         ResultSet rows = statement.executeQuery("SELECT count(*) FROM letters")) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Before and after: what is asked for here is nobody else's. */
  @BeforeEach
  @AfterEach
  void empty() {
    one();
    sql("TRUNCATE letters");
    sql("DELETE FROM users WHERE username LIKE '" + common + "%'");
  }

  private static NodeProcess node(MailServer server) {
    return new NodeProcess(Backends.postgres(), Backends.redis(), Map.of("SMTP_URL", "smtp://127.0.0.1:" + server.port(),
        "PUBLIC_URL", "https://chat.example.org"));
  }

  @Test
  void of_many_letters_none_is_lost_with_a_node_and_only_those_under_way_come_twice() {
    MailServer server = closing(new MailServer().start());
    NodeProcess doomed = closing(node(server).start());
    sql("INSERT INTO users (username, email, new_email, new_email_key, password_hash) SELECT n.name, n.name || '@x.org',"
        + " n.name || '@x.org', n.name || '@x.org', '-' FROM (SELECT '" + common
        + "' || i AS name FROM generate_series(1, " + LETTERS + ") i) n");
    sql("INSERT INTO letters (kind, user_id) SELECT 'verify', id FROM users WHERE username LIKE '" + common + "%'");
    Until.holds("many are sent", LONG, () -> server.count() > LETTERS / 4);
    doomed.kill9();
    assertThat(server.count()).as("it was killed in the middle").isLessThan(LETTERS);
    // The two minutes after which others see to what a dead node had begun: no other node is at them now.
    sql("UPDATE letters SET due_at = now()");
    NodeProcess heir = closing(node(server).start());
    Until.holds("all are sent", LONG, () -> letters() == 0);

    Map<String, Long> copies = server.all().stream()
        .collect(Collectors.groupingBy(MailServer.Mail::to, Collectors.counting()));
    assertThat(copies).hasSize(LETTERS);
    assertThat(copies.values().stream().filter(each -> each > 1).count()).isLessThanOrEqualTo(AT_ONCE);
    assertThat(copies.values()).allMatch(each -> each <= 2);
    heir.assertCleanLog(0);
  }

  @Test
  void what_is_more_than_ten_thousand_is_refused_and_told() {
    MailServer server = closing(new MailServer().start());
    NodeProcess node = closing(node(server).start());
    // They wait as one does that has failed ten times.
    sql("INSERT INTO letters (kind, address, due_at, attempts) SELECT 'reset', i || '@" + common
        + "', now() + interval '10 minutes', 10 FROM generate_series(1, " + MOST + ") i");
    Rest nobody = new Rest(node.url(), null);
    JsonObject body = new JsonObject().put("email", "somebody@" + common + ".org");
    assertThat(nobody.post("/password/forgot", body).expect(503).json().getString("code")).isEqualTo("mail_unavailable");
    Until.holds("the metric shows it", Duration.ofSeconds(40), () -> node.metric("fastroom_letters_waiting") == MOST);
    assertThat(letters()).isEqualTo(MOST);
    sql("DELETE FROM letters WHERE address LIKE '1@%'");
    nobody.post("/password/forgot", body).expect(202);
  }
}
