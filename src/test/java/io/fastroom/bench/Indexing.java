package io.fastroom.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What the indexes that searches need cost a commit. */
record Indexing() implements Scenario {
  private static final int BATCH = 50;
  private static final String APPEND = """
      SELECT seqs FROM append_chats_v3(-2, ?, false, 'infinity', 20, ARRAY[?], array_fill(?::bigint, ARRAY[50]),
        array_fill((SELECT user_id FROM room_members WHERE is_member AND room_id = ?), ARRAY[50]),
        array_fill('bench'::text, ARRAY[50]), (SELECT texts FROM texts WHERE n = ?), array_fill(NULL::text, ARRAY[50]),
        NULL, NULL, 9)""";

  @Override
  public String name() {
    return "index";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.node();
    long room = lab.people().rooms(node, Lab.prefix(name()), 1).get(0);
    try (Connection connection = lab.backends().connect()) {
      return commits(lab, connection, room);
    }
  }

  /** In turns, so that both see the same machine. */
  private List<Result> commits(Lab lab, Connection connection, long room) throws SQLException {
    Histogram with = new Histogram(3);
    Histogram without = new Histogram(3);
    int batches = lab.scale().of(400, 10);
    try (Statement statement = connection.createStatement();
         PreparedStatement append = connection.prepareStatement(APPEND)) {
      statement.execute("CREATE TEMP TABLE texts AS SELECT i AS n, ARRAY(SELECT "
          + Search.WORDS.formatted("9 + (n + i) % 7") + " FROM generate_series(1, 50) n) AS texts"
          + " FROM generate_series(1, " + batches + ") i");
      statement.execute("ALTER TABLE texts ADD PRIMARY KEY (n)");
      append.setLong(2, room);
      append.setLong(3, room);
      append.setLong(4, room);
      commit(append, batches, new Histogram(3));
      for (int round = 0; round < 4; round++) {
        commit(append, batches, with);
        statement.execute("DROP INDEX messages_ids");
        statement.execute("DROP INDEX messages_words");
        commit(append, batches, without);
        statement.execute("CREATE INDEX messages_ids ON messages ((id + 0))");
        statement.execute("CREATE INDEX messages_words ON messages"
            + " USING gin (message_words(id, room_id, user_id, content))"
            + " WITH (gin_pending_list_limit = 4096) WHERE NOT deleted");
      }
    }
    return List.of(result("a commit of 50 messages, with the indexes", with)
            .put("what they add %", 100 * with.getMean() / without.getMean() - 100),
        result("a commit of 50 messages, without them", without));
  }

  private Result result(String title, Histogram micros) {
    return new Result(name(), title).put("us/message", micros.getMean() / BATCH).latency(title, micros);
  }

  private static void commit(PreparedStatement append, int times, Histogram micros) throws SQLException {
    for (int i = 0; i < times; i++) {
      append.setLong(1, System.nanoTime());
      append.setInt(5, i + 1);
      long begin = System.nanoTime();
      append.executeQuery().close();
      micros.recordValue((System.nanoTime() - begin) / 1_000);
    }
  }
}
