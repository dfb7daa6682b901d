package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.settings.DatabaseUrl;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is removed slice by slice costs the slice, however long the room is and however much has gone before. */
class OldRowsTest {
  private static final int LENGTH = 20_000;
  private static final String AGE = "timestamptz '2020-01-01' + n * interval '1 minute'";
  private static final String NOBODY_IS_OLD = "'1990-01-01'";
  private static final String ALL_ARE_OLD = "'2025-01-01'";
  private static String url;

  @BeforeAll
  static void fill() {
    url = TestDatabase.create();
    Vertx vertx = Vertx.vertx();
    new Migrations(vertx, url).up().await();
    vertx.close().await();
    TestDatabase.execute(url, "INSERT INTO rooms (name) SELECT 'room' || n FROM generate_series(1, 3) n", """
        INSERT INTO messages (room_id, seq, user_id, username, content, created_at)
        SELECT r.id, 2 * n, 1, 'alice', 'text', %s FROM rooms r, generate_series(1, %d) n
        ORDER BY n""".formatted(AGE, LENGTH),
        """
        INSERT INTO room_events (room_id, seq, kind, ts)
        SELECT r.id, 2 * n - 1, 2, %s FROM rooms r, generate_series(1, %d) n ORDER BY n""".formatted(AGE, LENGTH),
        "INSERT INTO reactions (room_id, message_id, user_id, emoji) SELECT room_id, id, 1, '+' FROM messages",
        "VACUUM ANALYZE");
  }

  private static Connection connect() throws SQLException {
    return new Jdbc(DatabaseUrl.parse(url)).connect(10_000);
  }

  /** Pages of 8 KiB that the statement looks at with the plan that is kept for whatever parameters. */
  private static int pages(Statement statement, String sql, Object... parameters) throws SQLException {
    statement.execute("SET plan_cache_mode = force_generic_plan; DEALLOCATE ALL; PREPARE p AS " + sql);
    String values = String.join(", ", Stream.of(parameters).map(String::valueOf).toList());
    StringBuilder plan = new StringBuilder();
    try (ResultSet rows = statement.executeQuery("EXPLAIN (ANALYZE, BUFFERS, TIMING off) EXECUTE p (" + values + ")")) {
      while (rows.next()) {
        plan.append(rows.getString(1)).append('\n');
      }
    }
    Matcher buffers = Pattern.compile("Buffers: shared(?: hit=(\\d+))?(?: read=(\\d+))?").matcher(plan);
    assertThat(buffers.find()).as(plan.toString()).isTrue();
    return Stream.of(buffers.group(1), buffers.group(2)).filter(Objects::nonNull).mapToInt(Integer::parseInt).sum();
  }

  @Test
  void a_room_without_anything_old_is_not_read_to_its_end() throws SQLException {
    try (Connection connection = connect(); Statement statement = connection.createStatement()) {
      assertThat(pages(statement, Retention.MESSAGES, 1, NOBODY_IS_OLD, LENGTH, 1_000, 0)).isLessThan(30);
      assertThat(pages(statement, Retention.OLD_EVENTS, 1, NOBODY_IS_OLD, LENGTH, 1_000, 0)).isLessThan(30);
    }
  }

  @Test
  void neither_is_one_with_less_than_a_slice() throws SQLException {
    String seven = "timestamptz '2020-01-01' + interval '7.5 minutes'";
    try (Connection connection = connect(); Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      assertThat(pages(statement, Retention.MESSAGES, 1, seven, LENGTH, 1_000, 0)).isLessThan(80);
      assertThat(pages(statement, Retention.OLD_EVENTS, 1, seven, LENGTH, 1_000, 0)).isLessThan(80);
      assertThat(count("messages", 1, statement)).isEqualTo(LENGTH - 7);
      assertThat(count("room_events", 1, statement)).isEqualTo(LENGTH - 7);
      connection.rollback();
    }
  }

  /** Under an open snapshot nothing that is gone can be passed over quickly. */
  @Test
  void the_last_slice_of_a_retention_costs_what_the_first_does() throws SQLException {
    try (Connection snapshot = snapshot(); Connection connection = connect();
         Statement statement = connection.createStatement()) {
      for (String sql : new String[] {Retention.MESSAGES, Retention.OLD_EVENTS}) {
        int first = pages(statement, sql, 2, ALL_ARE_OLD, 2 * LENGTH, 1_000, 0);
        int last = first;
        for (int slice = 2; slice <= LENGTH / 1_000; slice++) {
          long next = lowestOf(sql.equals(Retention.MESSAGES), 2, statement);
          last = pages(statement, sql, 2, ALL_ARE_OLD, 2 * LENGTH, 1_000, next - 1);
        }
        assertThat(last).as(sql).isLessThan(first + first / 10);
      }
      assertThat(count("messages", 2, statement)).isZero();
      assertThat(count("room_events", 2, statement)).isZero();
    }
  }

  @Test
  void the_last_slice_of_a_deleted_room_costs_what_the_first_does() throws SQLException {
    try (Connection snapshot = snapshot(); Connection connection = connect();
         Statement statement = connection.createStatement()) {
      for (String sql : new String[] {Housekeeping.MESSAGES, Housekeeping.EVENTS, Housekeeping.REACTIONS}) {
        int first = pages(statement, sql, 3, 1_000, 0);
        int last = first;
        for (int slice = 2; slice <= LENGTH / 1_000; slice++) {
          long next = sql.equals(Housekeeping.REACTIONS) ? lowest("reactions", "message_id", 3, statement)
              : lowestOf(sql.equals(Housekeeping.MESSAGES), 3, statement) - 1;
          last = pages(statement, sql, 3, 1_000, next);
        }
        assertThat(last).as(sql).isLessThan(first + first / 10);
      }
      assertThat(count("messages", 3, statement)).isZero();
      assertThat(count("reactions", 3, statement)).isZero();
    }
  }

  private static Connection snapshot() throws SQLException {
    Connection connection = connect();
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT FROM rooms");
    }
    return connection;
  }

  private static long lowestOf(boolean messages, long room, Statement statement) throws SQLException {
    return messages ? lowest("messages", "id", room, statement) : lowest("room_events", "seq", room, statement);
  }

  private static long lowest(String table, String column, long room, Statement statement) throws SQLException {
    return number(statement, "SELECT min(" + column + ") FROM " + table + " WHERE room_id = " + room);
  }

  private static long count(String table, long room, Statement statement) throws SQLException {
    return number(statement, "SELECT count(*) FROM " + table + " WHERE room_id = " + room);
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
