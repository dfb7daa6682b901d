package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.SearchQuery;
import io.fastroom.persistence.ChatApi.Append;
import io.fastroom.persistence.LogApi.LogQuestion;
import io.fastroom.persistence.LogApi.LogState;
import io.fastroom.persistence.LogApi.ReadPositions;
import io.fastroom.persistence.PersistenceApi.ListMembers;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class MigrationsTest {
  private static final Vertx VERTX = Vertx.vertx();

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @Test
  void goes_up_and_all_the_way_back_and_up_again() {
    Migrations migrations = new Migrations(VERTX, TestDatabase.create());

    int all = migrations.up().await();
    assertThat(all).isGreaterThan(5);
    assertThat(migrations.status().await()).hasSize(all).allMatch(Migrations.Change::applied);
    assertThat(migrations.rollback(2).await()).isEqualTo(2);
    assertThat(migrations.status().await()).filteredOn(change -> !change.applied()).hasSize(2);
    assertThat(migrations.rollback(1000).await()).isEqualTo(all - 2);
    assertThat(migrations.up().await()).isEqualTo(all);
  }

  @Test
  void nodes_that_start_together_migrate_once() {
    String url = TestDatabase.create();

    var applied = Stream.generate(() -> new Migrations(VERTX, url)).limit(3).map(Migrations::up).toList();
    Future.all(applied).await();

    assertThat(applied.stream().map(Future::result).filter(count -> count > 0)).hasSize(1);
  }

  @Test
  void a_lock_left_by_a_killed_node_blocks_nobody() {
    String url = TestDatabase.create();
    Migrations migrations = new Migrations(VERTX, url);
    migrations.up().await();
    TestDatabase.execute(url, "UPDATE databasechangeloglock SET locked = true, lockedby = 'gone', lockgranted = now()",
        "DELETE FROM databasechangelog WHERE id = 'append-chats-v2'", "DROP FUNCTION append_chats_v2");

    assertThat(migrations.up().await()).isEqualTo(1);
  }

  /** What 0.1 left: the room's row says where its log stands and how many messages it has, the log does not. */
  @Test
  void carries_what_0_1_has_written_and_gives_it_back() {
    String url = TestDatabase.create();
    Migrations migrations = new Migrations(VERTX, url);
    migrations.up().await();
    List<Migrations.Change> changes = migrations.status().await();
    int first = changes.indexOf(new Migrations.Change("log-heads", true));
    migrations.rollback(changes.size() - first).await();
    TestDatabase.execute(url, "INSERT INTO users (username, password_hash) VALUES ('alice', ''), ('bob', '')",
        "INSERT INTO rooms (name, head_seq, message_count) VALUES ('old', 5, 2), ('empty', 0, 0)", """
        INSERT INTO room_members (room_id, user_id, is_moderator, is_member, is_banned)
        VALUES (1, 1, true, true, false), (1, 2, false, false, true), (2, 2, true, true, false)""", """
        INSERT INTO messages (room_id, seq, user_id, username, content, client_id, created_at, deleted)
        SELECT 1, n, 1, 'alice', 'text', 'key' || n, now(), n = 2 FROM generate_series(1, 3) n""",
        "INSERT INTO room_events (room_id, seq, kind, ts, message_id) VALUES (1, 4, 1, now(), 3), (1, 5, 2, now(), 2)");

    migrations.up().await();

    try (TestNode node = new TestNode(url)) {
      Append fourth = new Append(1, 1, "alice", "four", "key4", null, "conn", "ref");
      assertThat(node.ask(ChatApi.APPEND, fourth).event().seq()).isEqualTo(6);
      assertThat(node.ask(ChatApi.APPEND, new Append(1, 1, "alice", "x", "key3", null, "conn", "ref")).event().seq())
          .isEqualTo(3);
      assertThat(node.ask(PersistenceApi.LIST_MESSAGES, new ListMessages(1, 1, 10, 0, -1, -1)).page().total()).isEqualTo(3);
      assertThat(node.ask(PersistenceApi.LIST_MEMBERS, new ListMembers(1, 1, 10, 0, null)).total()).isEqualTo(2);
      assertThat(node.ask(LogApi.READ_POSITIONS,
          new ReadPositions(List.of(new LogQuestion(1, 0, 0, null), new LogQuestion(2, 0, 0, null)))))
          .extracting(LogState::head).containsExactly(6L, 0L);
    }
    assertThat(TestDatabase.number(url, "SELECT memberships FROM user_counts WHERE user_id = 2")).isEqualTo(1);
    migrations.rollback(changes.size() - first).await();
    assertThat(TestDatabase.number(url, "SELECT head_seq * 10 + message_count FROM rooms WHERE name = 'old'")).isEqualTo(63);
  }

  /** An index that was begun anew and not ended is in nobody's way. */
  @Test
  void what_was_written_before_is_found_by_words_that_stand_apart_since() {
    String url = TestDatabase.create();
    Migrations migrations = new Migrations(VERTX, url);
    migrations.up().await();
    List<Migrations.Change> changes = migrations.status().await();
    migrations.rollback(changes.size() - changes.indexOf(new Migrations.Change("search-fold-all", true))).await();
    TestDatabase.execute(url, "INSERT INTO users (username, password_hash) VALUES ('alice', '')",
        "INSERT INTO rooms (name) VALUES ('room')", """
        INSERT INTO messages (room_id, seq, user_id, username, content, created_at)
        VALUES (1, 1, 1, 'alice', 'שלום־עולם', now()), (1, 2, 1, 'alice', 'Әлем', now())""",
        "CREATE INDEX messages_words_ccnew ON messages (id)");

    migrations.up().await();

    try (TestNode node = new TestNode(url)) {
      for (String query : List.of("עולם", "שלום", "әлем")) {
        assertThat(node.ask(SearchApi.SEARCH, new SearchApi.Search(1, SearchQuery.parse(query), 0, null, null, null, 10,
            Long.MAX_VALUE)).items()).as(query).hasSize(1);
      }
    }
    assertThat(TestDatabase.text(url, """
        SELECT string_agg(c.relname || ' ' || i.indisvalid, ',') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relname LIKE 'messages\\_words%'""")).isEqualTo("messages_words true");
  }

  /** Else nothing can be changed or deleted in it where all tables are published; what migrated, only Liquibase changes. */
  @Test
  void every_table_has_a_key() {
    String url = TestDatabase.create();
    new Migrations(VERTX, url).up().await();
    assertThat(TestDatabase.text(url, """
        SELECT string_agg(c.relname, ',') FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)"""))
        .isEqualTo("databasechangelog");
    TestDatabase.execute(url, "CREATE PUBLICATION everything FOR ALL TABLES", "DELETE FROM removed_users");
  }

  @Test
  void nothing_to_do_is_quick() {
    Migrations migrations = new Migrations(VERTX, TestDatabase.create());
    migrations.up().await();

    long begin = System.nanoTime();
    migrations.up().await();

    assertThat(System.nanoTime() - begin).isLessThan(2_000_000_000L);
  }
}
