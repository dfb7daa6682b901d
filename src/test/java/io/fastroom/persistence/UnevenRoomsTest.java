package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.settings.DatabaseUrl;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The largest of many small rooms is read as a small one is: what the planner takes any room for must not have it gather
 * and sort a whole room for a page.
 */
class UnevenRoomsTest {
  private static final int LONG = 20_000;
  private static String url;

  @BeforeAll
  static void fill() {
    url = TestDatabase.create();
    Vertx vertx = Vertx.vertx();
    new Migrations(vertx, url).up().await();
    vertx.close().await();
    TestDatabase.execute(url, "INSERT INTO users (username, password_hash) VALUES ('alice', '')",
        "INSERT INTO rooms (name) SELECT 'room' || n FROM generate_series(1, 2000) n",
        "INSERT INTO room_members (room_id, user_id) SELECT 1, 1");
  }

  /** Every one of the small rooms gets so many more, and the large one its part between them. */
  private static void say(int from, int each) {
    TestDatabase.execute(url, """
        INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count)
        SELECT CASE WHEN k = 0 THEN 1 ELSE 2 + (n * 7) %% 1999 END, %1$d + n, 1, 'alice', 'text',
          timestamptz '2026-01-01' + n * interval '1 second', n
        FROM generate_series(%1$d, %2$d) n, generate_series(0, 2) k
        ON CONFLICT DO NOTHING""".formatted(from, from + each - 1), """
        INSERT INTO room_events (room_id, seq, kind, ts, message_count)
        SELECT CASE WHEN k = 0 THEN 1 ELSE 2 + (n * 7) %% 1999 END, 1000000 + n, 2,
          timestamptz '2026-02-01' + n * interval '1 second', n
        FROM generate_series(%1$d, %2$d) n, generate_series(0, 2) k
        ON CONFLICT DO NOTHING""".formatted(from, from + each - 1), "VACUUM ANALYZE");
  }

  private static void read() throws SQLException {
    try (Connection connection = new Jdbc(DatabaseUrl.parse(url)).connect(10_000)) {
      long id = TestDatabase.number(url, "SELECT max(id) FROM messages WHERE room_id = 1 AND seq < 9000");
      Map<String, Integer> pages = Reading.pages(connection, 1, 1, id, 1_000_000 + LONG);
      assertThat(pages).allSatisfy((what, many) -> assertThat(many).as("%s of %s", what, pages).isLessThan(120));
    }
  }

  @Test
  void the_largest_room_among_small_ones_is_read_as_a_small_one_is() throws SQLException {
    int from = 1;
    for (int each : new int[] {2_000, 3_000, 5_000, 10_000}) {
      say(from, each);
      from += each;
      read();
    }
  }
}
