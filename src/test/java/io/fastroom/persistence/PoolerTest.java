package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.User;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.fastroom.persistence.PersistenceApi.Ping;
import io.fastroom.support.PgBouncer;
import io.fastroom.support.PostgresServer;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real PgBouncer, with nothing ignored but extra_float_digits. */
@Tag("slow")
class PoolerTest {
  private static PostgresServer postgres;

  @BeforeAll
  static void start() {
    postgres = PostgresServer.create(Map.of());
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static PgBouncer bouncer(String mode, String... lines) {
    return new PgBouncer(PgBouncer.Mode.valueOf(mode.toUpperCase(Locale.ROOT)), postgres.port(), "extra_float_digits",
        lines);
  }

  private static void migrate(String... urls) {
    Vertx vertx = Vertx.vertx();
    try {
      Future.all(Stream.of(urls).map(url -> new Migrations(vertx, url).up()).toList()).await();
    } finally {
      vertx.close().await();
    }
  }

  @ParameterizedTest
  @CsvSource({"session, ''", "transaction, ''", "transaction, 'server_reset_query_always = 1'",
      "transaction, 'default_pool_size = 3'"})
  void everything_works_through_it(String mode, String line) {
    String name = TestNode.unique("db");
    postgres.database(name, "");
    try (PgBouncer bouncer = bouncer(mode, line)) {
      migrate(bouncer.url(name), bouncer.url(name), bouncer.url(name));
      try (TestNode node = new TestNode(bouncer.url(name))) {
        User alice = node.user();
        Room room = node.room(alice);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          all.add(node.bus.ask(PersistenceApi.LIST_ROOMS, new ListRooms(alice.id(), 50, 0, false, null, false, null)));
          all.add(node.bus.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(alice.id(), room.id(), 50, 0, -1, -1)));
          all.add(node.bus.ask(PersistenceApi.PING, new Ping()));
          all.add(node.append(room, alice, "chat " + i, i % 2 == 0 ? "id" + i : null));
        }
        Future.join(all).otherwiseEmpty().await();

        assertThat(all).extracting(Future::cause).containsOnlyNulls();
        assertThat(node.log(room)).extracting(event -> ((Chat) event).message().content())
            .containsExactlyElementsOf(IntStream.range(0, 40).mapToObj(i -> "chat " + i).toList());
        node.chat(room, node.member(room), "and an event of another kind before it");
      }
    }
    assertThat(postgres.askIn(name, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).isEqualTo("0");
    assertThat(postgres.askIn(name, "SELECT count(*) FROM rooms")).isEqualTo("1");
  }

  /** Whoever else uses its sessions must not find our limits in them. */
  @Test
  void leaves_the_sessions_of_others_as_they_were() {
    String name = TestNode.unique("db");
    postgres.database(name, "");
    try (PgBouncer bouncer = bouncer("transaction", "default_pool_size = 2")) {
      migrate(bouncer.url(name));
      try (TestNode node = new TestNode(bouncer.url(name))) {
        node.room(node.user());
      }
      for (int i = 0; i < 4; i++) {
        assertThat(TestDatabase.text(bouncer.url(name),
            "SELECT current_setting('statement_timeout') || current_setting('lock_timeout')")).isEqualTo("00");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void limits_hold_behind_it_too(String mode) {
    String name = TestNode.unique("db");
    postgres.database(name, "");
    try (PgBouncer bouncer = bouncer(mode);
         TestNode node = new TestNode(bouncer.url(name))) {
      assertThat(node.settings()).containsExactly("4500ms", "4s", "5s");
    }
    postgres.executeIn(name, "ALTER DATABASE " + name + " SET idle_session_timeout = '1s'");
    try (TestNode node = new TestNode(postgres.url(name))) {
      assertThat(node.settings()).containsExactly("4500ms", "4s", "5s");
      assertThat(node.setting("idle_session_timeout")).as("no question meets the end of its connection").isEqualTo("0");
    }
  }

  /** Of its database or its role; whoever waited for a room's row must see what the one before it has left there. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "session", "transaction"})
  void defaults_of_the_server_do_not_matter(String mode) {
    String name = TestNode.unique("db");
    postgres.database(name, "");
    for (String setting : List.of("default_transaction_isolation = 'serializable'", "lock_timeout = '1ms'",
        "standard_conforming_strings = off", "idle_in_transaction_session_timeout = '1s'", "DateStyle = 'SQL, DMY'")) {
      postgres.executeIn(name, "ALTER DATABASE " + name + " SET " + setting);
    }
    try (PgBouncer bouncer = bouncer(mode.equals("none") ? "session" : mode)) {
      String url = mode.equals("none") ? postgres.url(name) : bouncer.url(name);
      migrate(url, url);
      try (TestNode one = new TestNode(url); TestNode two = new TestNode(url)) {
        User alice = one.user();
        Room room = one.room(alice);
        List<Future<Appended>> appends = IntStream.range(0, 100)
            .mapToObj(i -> (i % 2 == 0 ? one : two).append(room, alice, "chat " + i, null)).toList();
        Future.join(appends).otherwiseEmpty().await();

        assertThat(appends).extracting(Future::cause).containsOnlyNulls();
        assertThat(one.log(room)).hasSize(100);
      }
    }
  }

  /** An index that is built while others write waits for their transactions, in no transaction of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"session", "transaction"})
  void a_migration_outlasts_who_is_in_its_way(String mode) throws Exception {
    String name = TestNode.unique("db");
    postgres.database(name, "");
    postgres.executeIn(name, "ALTER DATABASE " + name + " SET lock_timeout = '1ms'");
    try (PgBouncer bouncer = bouncer(mode); Connection other = postgres.connect(name)) {
      other.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      other.setAutoCommit(false);
      other.createStatement().executeQuery("SELECT 1");
      CompletableFuture<Void> done = CompletableFuture.runAsync(() -> migrate(bouncer.url(name), bouncer.url(name)));
      Until.holds("it was in the way", Duration.ofSeconds(60), () -> done.isDone() || "1".equals(postgres.askIn(name, """
          SELECT least(1, count(*)) FROM pg_index WHERE NOT indisvalid AND NOT EXISTS (SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'CREATE INDEX%' AND state = 'active')""")));
      other.rollback();

      done.get(60, TimeUnit.SECONDS);
      try (TestNode node = new TestNode(bouncer.url(name))) {
        User alice = node.user();
        node.chat(node.room(alice), alice, "here");
      }
    }
  }

  /** Of version 17, which the tests bring along; the lock of a migration is one transaction as long as that takes. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "session", "transaction"})
  void a_limit_of_whole_transactions_does_not_matter(String mode) {
    String direct = TestDatabase.create();
    String name = direct.replaceFirst(".*/", "");
    TestDatabase.execute(direct, "ALTER DATABASE " + name + " SET transaction_timeout = '200ms'");
    try (PgBouncer bouncer = new PgBouncer(mode.equals("transaction") ? PgBouncer.Mode.TRANSACTION : PgBouncer.Mode.SESSION,
        TestDatabase.server().getPort(), "extra_float_digits")) {
      String url = mode.equals("none") ? direct : bouncer.url(name);
      migrate(url);
      try (TestNode node = new TestNode(url)) {
        assertThat(node.setting("transaction_timeout")).isEqualTo("0");
        User alice = node.user();
        node.chat(node.room(alice), alice, "here");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"session, currentSchema=chat", "transaction, currentSchema=chat",
      "transaction, options=-c%20search_path%3Dchat"})
  void a_schema_of_the_url_is_used_behind_it(String mode, String parameter) {
    String name = TestNode.unique("db");
    postgres.database(name, "");
    postgres.executeIn(name, "CREATE SCHEMA chat");
    try (PgBouncer bouncer = bouncer(mode)) {
      String url = bouncer.url(name) + "?" + parameter;
      migrate(url);
      try (TestNode node = new TestNode(url)) {
        User alice = node.user();
        node.chat(node.room(alice), alice, "here");
      }
      assertThat(postgres.askIn(name, "SELECT string_agg(DISTINCT schemaname, ',') FROM pg_tables "
          + "WHERE tablename IN ('rooms', 'users', 'databasechangelog')")).isEqualTo("chat");
    }
  }

  @Test
  void a_restart_of_it_loses_and_doubles_nothing() {
    String name = TestNode.unique("db");
    postgres.database(name, "");
    try (PgBouncer bouncer = bouncer("transaction")) {
      migrate(bouncer.url(name));
      try (TestNode node = new TestNode(bouncer.url(name))) {
        User alice = node.user();
        Room room = node.room(alice);
        List<Future<Appended>> appends = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
          for (int i = 0; i < 100; i++) {
            appends.add(node.append(room, alice, round + "." + i, null));
          }
          bouncer.kill9();
          bouncer.start();
        }
        Future.join(appends).otherwiseEmpty().await();
        Until.holds("the node answers", Duration.ofSeconds(5),
            () -> node.refusal(PersistenceApi.PING, new Ping()) == null);

        assertThat(appends).allMatch(Future::succeeded);
        assertThat(node.log(room)).hasSize(400).extracting(RoomEvent::seq).doesNotHaveDuplicates();
        assertThat(node.committed).containsAll(node.log(room));
      }
    }
  }

  @Test
  void statements_keep_their_names_only_where_the_session_is_ours() {
    String name = TestNode.unique("db");
    migrate(postgres.database(name, ""));
    try (PgBouncer bouncer = bouncer("transaction");
         TestNode direct = new TestNode(postgres.url(name)); TestNode pooled = new TestNode(bouncer.url(name))) {
      assertThat(direct.preparedAfter(direct.user())).isPositive();
      assertThat(pooled.preparedAfter(pooled.user())).isZero();
    }
  }
}
