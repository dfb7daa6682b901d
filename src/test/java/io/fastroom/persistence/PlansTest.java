package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.settings.DatabaseUrl;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is read often is a range of an index, however long the room. */
@Tag("slow")
class PlansTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static String url;
  private static Database database;

  @BeforeAll
  static void fill() {
    url = TestDatabase.create();
    new Migrations(VERTX, url).up().await();
    TestDatabase.execute(url, "INSERT INTO users (username, password_hash) VALUES ('alice', '')",
        "INSERT INTO rooms (name, head_seq, message_count) SELECT 'room' || n, 12000, 10000 FROM generate_series(1, 3) n",
        """
        INSERT INTO messages (room_id, seq, user_id, username, content, created_at)
        SELECT 1 + n / 10000, 1 + n % 10000, 1, 'alice', 'text', now() FROM generate_series(0, 29999) n""",
        """
        INSERT INTO room_events (room_id, seq, kind, ts) SELECT 1 + n / 2000, 10001 + n % 2000, 2, now()
        FROM generate_series(0, 5999) n""", "VACUUM ANALYZE");
    database = new Database(VERTX, DatabaseUrl.parse(url), 1, "plans");
  }

  @AfterAll
  static void close() {
    database.close().await();
    VERTX.close().await();
  }

  /** The plan that is kept for a prepared statement whatever its parameters are. */
  private static String plan(String sql, Object... parameters) {
    String values = Stream.of(parameters).map(String::valueOf).collect(Collectors.joining(", "));
    return database.within(10_000, connection ->
        connection.query("SET plan_cache_mode = force_generic_plan; PREPARE p AS " + sql).execute()
            .compose(done -> connection.query("EXPLAIN (ANALYZE, BUFFERS, TIMING off) EXECUTE p (" + values + ")").execute())
            .compose(plan -> connection.query("DEALLOCATE p").execute().map(plan)))
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(row -> row.getString(0))
            .collect(Collectors.joining("\n")))
        .await();
  }

  @Test
  void a_page_of_messages_is_one_range_without_a_sort() {
    for (String page : new String[] {plan(MessageStore.BEFORE, 2, 1, 51, 15000), plan(MessageStore.AFTER, 2, 1, 51, 15000),
        plan(MessageStore.NEWEST, 2, 1, 51, 0)}) {
      assertThat(page).contains("messages_pkey").doesNotContainPattern("Sort Key:.*\\bid\\b")
          .doesNotContain("Seq Scan on messages").containsPattern("messages_pkey.*rows=5\\d ");
    }
  }

  /** Pages of 8 KiB that the whole query looked at. */
  private static int buffers(String plan) {
    Matcher buffers = Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?").matcher(plan);
    assertThat(buffers.find()).as(plan).isTrue();
    return Stream.of(buffers.group(1), buffers.group(2)).filter(Objects::nonNull).mapToInt(Integer::parseInt).sum();
  }

  @Test
  void the_last_page_before_an_id_costs_what_the_first_does() {
    int first = buffers(plan(MessageStore.NEWEST, 2, 1, 51, 0));
    assertThat(first).isLessThan(30);
    assertThat(buffers(plan(MessageStore.BEFORE, 2, 1, 51, 15000))).isLessThanOrEqualTo(first + 2);
    assertThat(buffers(plan(MessageStore.BEFORE, 2, 1, 51, 10052))).isLessThanOrEqualTo(first + 2);
    assertThat(buffers(plan(MessageStore.NEWEST, 2, 1, 51, 9949))).as("what is looked at is counted").isGreaterThan(100);
  }

  @Test
  void the_log_is_two_ranges_merged() {
    for (String log : new String[] {plan(EventLog.READ, 2, 5000, 100), plan(EventLog.TAIL, 2, 100)}) {
      assertThat(log).contains("Merge Append").contains("messages_seq_key").contains("room_events_pkey")
          .doesNotContain("Sort Method").doesNotContain("Seq Scan on messages");
    }
  }

  /** Two steps down an index each, whatever lies behind. */
  @Test
  void where_a_log_stands_is_read_from_its_end() {
    String plan = plan("SELECT seq, ts, message_count FROM room_heads WHERE room_id = $1", 2);
    assertThat(plan).contains("messages_seq_key").contains("room_events_pkey").doesNotContain("Sort")
        .doesNotContain("Seq Scan on messages")
        .doesNotContain("Seq Scan on room_events");
    assertThat(buffers(plan)).isLessThan(12);
  }

  @Test
  void ways_into_rooms_are_looked_up_by_name_and_by_member() {
    String plan = plan(MembershipChecks.FIND, "ARRAY['room1', 'room2', 'room1']", "ARRAY[1, 1, 1]");
    assertThat(plan).contains("messages_seq_key").doesNotContain("Seq Scan on messages")
        .doesNotContain("Seq Scan on room_events");
    assertThat(buffers(plan)).isLessThan(60);
  }

  /** What a commit looks at does not grow with the commits since a snapshot was opened. */
  @Test
  void a_commit_costs_under_a_snapshot_what_it_costs_without() throws Exception {
    String append = "append_chats_v3(9, %s, false, 'infinity', 0, ARRAY[3]::bigint[], ARRAY[3]::bigint[], "
        + "ARRAY[1]::bigint[], ARRAY['alice'], ARRAY['text'], ARRAY[NULL]::text[], NULL, NULL, 9)";
    TestDatabase.execute(url, "INSERT INTO room_members (room_id, user_id) VALUES (3, 1)");
    try (Connection writer = connect(); Connection reader = connect();
         Statement write = writer.createStatement(); Statement read = reader.createStatement()) {
      int before = pages(write, append);
      read.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM messages");
      write.execute("DO $$ BEGIN FOR n IN 1..4000 LOOP PERFORM " + append.formatted("n") + "; COMMIT; END LOOP; END $$");
      assertThat(pages(write, append)).isLessThanOrEqualTo(before + 5);
    }
  }

  /** Whoever is mentioned is looked up by name, not among all users or members. */
  @Test
  void a_mention_costs_the_same_among_many() throws Exception {
    TestDatabase.execute(url,
        "INSERT INTO users (username, password_hash) SELECT 'many' || n, '' FROM generate_series(1, 20000) n",
        "INSERT INTO room_members (room_id, user_id) SELECT 3, id FROM users WHERE username LIKE 'many%'", "ANALYZE");
    String append = "append_chats_v3(9, %s, false, 'infinity', 0, ARRAY[3]::bigint[], ARRAY[3]::bigint[], "
        + "ARRAY[1]::bigint[], ARRAY['alice'], ARRAY['text'], ARRAY[NULL]::text[], ARRAY[1]::bigint[], "
        + "ARRAY['many1 many777 many19999 nobody'], 9)";
    try (Connection writer = connect(); Statement write = writer.createStatement()) {
      assertThat(pages(write, append)).isLessThan(150);
    }
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:" + url.replaceFirst("//[^@]*@", "//"), "postgres", "postgres");
  }

  private static int pages(Statement statement, String append) throws SQLException {
    String plan = "";
    // The first calls of a session make plans, which takes looks at the catalogue.
    for (int i = 0; i < 5; i++) {
      StringBuilder lines = new StringBuilder();
      try (ResultSet rows = statement.executeQuery("EXPLAIN (ANALYZE, BUFFERS, TIMING off) SELECT seqs FROM "
          + append.formatted(System.nanoTime()))) {
        while (rows.next()) {
          lines.append(rows.getString(1)).append('\n');
        }
      }
      plan = lines.toString();
    }
    return buffers(plan);
  }

  /**
   * A hundred thousand of each: a page by cursor looks at no more than a page by cursor of a few does, also for somebody
   * who is in five thousand public rooms.
   */
  @Test
  void a_page_of_a_list_costs_the_same_at_any_depth_and_size() {
    TestDatabase.execute(url,
        "INSERT INTO users (username, password_hash) SELECT 'user' || n, '' FROM generate_series(1, 100000) n",
        "INSERT INTO rooms (name, is_private) SELECT 'team ' || n, n % 10 = 0 FROM generate_series(1, 100000) n",
        "INSERT INTO room_members (room_id, user_id) SELECT 1, id FROM users",
        "INSERT INTO room_members (room_id, user_id) SELECT id, 1 FROM rooms WHERE id % 20 = 0 AND id > 1",
        "VACUUM ANALYZE");
    for (long after : new long[] {0, 50_000, 99_900}) {
      assertCheap(plan(Listings.MEMBERS, 1, 1, 51, 0, after), 400);
      assertCheap(plan(Listings.ALL_ROOMS.ascending(), 2, 51, 0, after), 700);
      assertCheap(plan(Listings.ALL_ROOMS.descending(), 2, 51, 0, 100_003 - after), 700);
      assertCheap(plan(Listings.ALL_ROOMS.ascending(), 1, 51, 0, after), 2_000);
      assertCheap(plan(Listings.MEMBER_ROOMS.ascending(), 1, 51, 0, after), 4_000);
      assertCheap(plan(Listings.ALL_USERS.ascending(), 51, 0, "'user" + after + "'"), 100);
    }
    assertCheap(plan(Listings.FOUND_ROOMS.descending(), 1, 51, 0, 60_000, "'team'", false), 20_000);
    assertThat(TestDatabase.number(url, "SELECT listed FROM member_counts WHERE room_id = 1")).isEqualTo(100_001);
  }

  private static void assertCheap(String plan, int pages) {
    assertThat(buffers(plan)).as(plan).isLessThan(pages);
    assertThat(plan).doesNotContain("Seq Scan on users").doesNotContain("Seq Scan on rooms")
        .doesNotContain("Seq Scan on room_members").doesNotContain("Seq Scan on room_words");
  }
}
