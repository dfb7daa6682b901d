package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Room;
import io.fastroom.model.User;
import io.fastroom.persistence.PersistenceApi.Ping;
import io.fastroom.settings.DatabaseUrl;
import io.fastroom.support.PostgresServer;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database that answers and in which a node can do nothing. */
@Tag("slow")
class HotPathTest {
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.create(Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String migrated() {
    String url = server.database(TestNode.unique("db"), "");
    Vertx vertx = Vertx.vertx();
    new Migrations(vertx, url).up().await();
    vertx.close().await();
    return url;
  }

  private static boolean ready(TestNode node) {
    return node.refusal(PersistenceApi.PING, new Ping()) == null;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "ALTER FUNCTION append_chats_v3 RENAME TO gone | ALTER FUNCTION gone RENAME TO append_chats_v3",
      "ALTER TABLE messages RENAME TO gone | ALTER TABLE gone RENAME TO messages",
      "ALTER TABLE room_members RENAME TO gone | ALTER TABLE gone RENAME TO room_members",
      "ALTER TABLE room_events RENAME TO gone | ALTER TABLE gone RENAME TO room_events",
      "ALTER TABLE users RENAME COLUMN username TO gone | ALTER TABLE users RENAME COLUMN gone TO username",
      "REVOKE INSERT ON messages FROM PUBLIC, chat | GRANT INSERT ON messages TO chat",
      "REVOKE EXECUTE ON FUNCTION append_chats_v3 FROM PUBLIC, chat | GRANT EXECUTE ON FUNCTION append_chats_v3 TO chat",
      "REVOKE SELECT ON rooms FROM PUBLIC, chat | GRANT SELECT ON rooms TO chat",
      "ALTER SCHEMA public RENAME TO gone | ALTER SCHEMA gone RENAME TO public",
      "ALTER DATABASE DB SET default_transaction_read_only = on"
          + " | ALTER DATABASE DB SET default_transaction_read_only = off"})
  void a_node_that_cannot_write_or_read_is_not_ready(String broken, String mended) {
    String url = migrated();
    String name = url.substring(url.lastIndexOf('/') + 1);
    server.executeIn(name, "DO $$ BEGIN CREATE ROLE chat LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO chat", "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO chat",
        "GRANT ALL ON ALL FUNCTIONS IN SCHEMA public TO chat");
    try (TestNode node = new TestNode(url.replace("//postgres:", "//chat:"))) {
      User alice = node.user();
      Room room = node.room(alice);
      node.chat(room, alice, "well");
      assertThat(ready(node)).isTrue();

      server.executeIn(name, broken.replace("DB", name));
      server.executeIn("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name
          + "' AND " + broken.contains("DATABASE"));
      Until.holds("it is not ready", () -> !ready(node));
      server.executeIn(broken.contains("DATABASE") ? "postgres" : name, mended.replace("DB", name));
      Until.holds("it is ready again", Duration.ofSeconds(12), () -> ready(node));
    }
  }

  /** A role that may have fewer connections than the node wants; what others of it have taken is of no use to it. */
  @Test
  void a_pool_that_gets_no_connection_is_failing_until_it_gets_one() {
    server.executeIn("postgres", "CREATE ROLE few LOGIN CONNECTION LIMIT 0");
    Vertx vertx = Vertx.vertx();
    Database database = new Database(vertx, DatabaseUrl.parse(server.url("postgres").replace("//postgres:", "//few:")), 2,
        "few");
    Supplier<Future<?>> ask = () -> database.query("SELECT pg_sleep(0.2)", Tuple.tuple());

    assertThat(Future.join(List.of(ask.get(), ask.get())).otherwiseEmpty().await()).isNull();
    assertThat(database.isFailing()).isTrue();
    server.executeIn("postgres", "ALTER ROLE few CONNECTION LIMIT 1");
    Until.holds("it has one", () -> ask.get().map(true).otherwise(false).await());
    assertThat(database.isFailing()).isFalse();
    Future<?> one = ask.get();
    Future<?> refused = ask.get();
    refused.otherwiseEmpty().await();
    one.await();
    assertThat(database.isFailing()).as("one is enough to go on").isFalse();
    vertx.close().await();
  }

  /** Of which others are in use, so that whoever says something next would be the first to notice. */
  @Test
  void a_node_that_gets_no_connection_for_chat_is_not_ready_until_it_could_have_one() {
    String url = migrated();
    String name = url.substring(url.lastIndexOf('/') + 1);
    server.executeIn(name, "CREATE ROLE scarce LOGIN", "GRANT ALL ON ALL TABLES IN SCHEMA public TO scarce",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO scarce");
    try (TestNode node = new TestNode(url.replace("//postgres:", "//scarce:"))) {
      User alice = node.user();
      Room room = node.room(alice);
      server.executeIn("postgres", "ALTER ROLE scarce CONNECTION LIMIT 2",
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'scarce'");
      Until.holds("it is ready by those for rooms", () -> ready(node));
      assertThat(node.append(room, alice, "too much", null).map("said").otherwise("refused").await()).isEqualTo("refused");
      long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
      Until.holds("it stays unready", Duration.ofSeconds(12), () -> {
        assertThat(ready(node)).isFalse();
        return System.nanoTime() > end;
      });
      server.executeIn("postgres", "ALTER ROLE scarce CONNECTION LIMIT -1");
      Until.holds("it is ready again", Duration.ofSeconds(12), () -> ready(node));
      node.chat(room, alice, "well");
    }
  }

  /** As when the only synchronous standby is away: everything can be read, and nothing is written. */
  @Test
  void a_node_whose_commits_wait_for_a_standby_is_not_ready() {
    try (PostgresServer waiting = PostgresServer.create(Map.of())) {
      Vertx vertx = Vertx.vertx();
      new Migrations(vertx, waiting.url("postgres")).up().await();
      vertx.close().await();
      try (TestNode node = new TestNode(waiting.url("postgres"))) {
        User alice = node.user();
        Room room = node.room(alice);
        waiting.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
        Until.holds("a commit waits", Duration.ofSeconds(30),
            () -> node.append(room, alice, "who hears this", null).map(false).otherwise(true).await());
        long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
        Until.holds("it is not ready", () -> !ready(node));
        Until.holds("it stays so", Duration.ofSeconds(12), () -> {
          assertThat(ready(node)).isFalse();
          return System.nanoTime() > end;
        });
        waiting.execute("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
        Until.holds("it is ready again", Duration.ofSeconds(12), () -> ready(node));
        node.chat(room, alice, "well");
      }
    }
  }

  @Test
  void looking_writes_nothing() {
    String url = migrated();
    String name = url.substring(url.lastIndexOf('/') + 1);
    try (TestNode node = new TestNode(url)) {
      for (int i = 0; i < 20; i++) {
        assertThat(ready(node)).isTrue();
      }
      assertThat(server.askIn(name, "SELECT (SELECT count(*) FROM append_batches) + (SELECT count(*) FROM messages)"))
          .isEqualTo("0");
    }
  }

  /** What somebody sends must not be able to take a node out of service. */
  @Test
  void what_people_ask_for_does_not_make_a_node_unready() {
    try (TestNode node = new TestNode(migrated())) {
      User alice = node.user();
      node.append(node.room(alice), alice, "a\u0000b", null).otherwiseEmpty().await();
      node.refusal(PersistenceApi.REGISTER_USER, new PersistenceApi.RegisterUser(alice.username(), null, null, "hash"));
      assertThat(ready(node)).isTrue();
    }
  }
}
