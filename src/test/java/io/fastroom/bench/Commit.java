package io.fastroom.bench;

import io.fastroom.bench.load.Crowd;
import io.fastroom.bench.load.Pressure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What a commit costs while a snapshot is open, and what other rooms notice of one that is locked. */
record Commit() implements Scenario {
  private static final int TEXT = 100;
  private static final String APPEND = """
      SELECT seqs FROM append_chats_v3(-1, ?, false, 'infinity', 20, ARRAY[?], ARRAY[?], ARRAY[?], ARRAY['bench'],
        ARRAY[repeat('x', 100)], ARRAY[NULL]::text[], NULL, NULL, 9)""";
  private static final String SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM rooms";

  @Override
  public String name() {
    return "commit";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.node();
    List<Result> results = new ArrayList<>(snapshot(lab, node));
    try (Crowd others = lab.crowd(List.of(node), name(), 20, 20);
         Crowd one = lab.crowd(List.of(node), name() + "-locked", 1, 1)) {
      others.joinAll(20, 20, Lab.JOIN);
      one.joinAll(1, 1, Lab.JOIN);
      Pressure held = one.press(4, TEXT);
      Pressure pressure = others.press(1, TEXT);
      TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(4, 1).toMillis());
      pressure.stop();
      results.add(measure(lab, others, "20 rooms, nothing locked"));
      try (Connection holder = lab.backends().connect(); Statement statement = holder.createStatement()) {
        holder.setAutoCommit(false);
        String room = "(SELECT max(id) FROM rooms WHERE name LIKE 'commit-locked-%')";
        statement.execute("SELECT * FROM lock_room_v1(" + room + ", 5000)");
        statement.execute("SELECT * FROM rooms WHERE id = " + room + " FOR UPDATE");
        results.add(measure(lab, others, "20 rooms while another one is locked"));
        holder.rollback();
      }
      held.stop();
    }
    return results;
  }

  private Result measure(Lab lab, Crowd crowd, String title) throws Exception {
    Pressure pressure = crowd.press(1, TEXT);
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(8, 2).toMillis());
    Histogram micros = pressure.stop();
    TimeUnit.MILLISECONDS.sleep(500);
    return new Result(name(), title).put("chats", micros.getTotalCount()).latency(title, micros)
        .put("troubles", crowd.troubles().toString());
  }

  private List<Result> snapshot(Lab lab, Node node) throws Exception {
    String prefix = Lab.prefix(name());
    lab.people().rooms(node, prefix, 1);
    int commits = lab.scale().of(16_000, 500);
    try (Connection writer = lab.backends().connect(); Connection reader = lab.backends().connect();
         PreparedStatement append = writer.prepareStatement(APPEND); Statement read = reader.createStatement()) {
      prepare(writer, prefix, append);
      commit(append, commits / 4);
      List<Result> results = new ArrayList<>();
      results.add(result("a commit, nothing else open", commit(append, commits / 4)));
      read.execute(SNAPSHOT);
      commit(append, commits);
      results.add(result("a commit, " + commits + " after a snapshot was opened", commit(append, commits / 4)));
      read.execute("COMMIT");
      results.add(result("a commit, the snapshot closed", commit(append, commits / 4)));
      return results;
    }
  }

  private Result result(String title, Histogram micros) {
    return new Result(name(), title).put("us/commit", micros.getValueAtPercentile(50)).latency(title, micros);
  }

  private static void prepare(Connection writer, String prefix, PreparedStatement append) throws SQLException {
    try (Statement statement = writer.createStatement(); ResultSet row = statement.executeQuery(
        "SELECT r.id, m.user_id FROM rooms r JOIN room_members m ON m.room_id = r.id WHERE r.name LIKE '" + prefix + "%'")) {
      row.next();
      append.setLong(2, row.getLong(1));
      append.setLong(3, row.getLong(1));
      append.setLong(4, row.getLong(2));
    }
  }

  /** By one connection, one after the other; microseconds each, the way to the server included. */
  private static Histogram commit(PreparedStatement append, int times) throws SQLException {
    Histogram micros = new Histogram(3);
    for (int i = 0; i < times; i++) {
      append.setLong(1, System.nanoTime());
      long begin = System.nanoTime();
      append.executeQuery().close();
      micros.recordValue((System.nanoTime() - begin) / 1_000);
    }
    return micros;
  }
}
