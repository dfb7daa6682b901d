package io.fastroom.bench;

import io.fastroom.bench.load.ChatPlan;
import io.fastroom.bench.load.ChatRun;
import io.fastroom.bench.load.Crowd;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What those who talk in small rooms notice of it when old events and messages, and a room of very many, are removed. */
final class YearsRemoval {
  private static final double RATE = 50;
  private static final int SOCKETS = 100;
  private static final Duration CATCH_UP = Duration.ofSeconds(30);
  private static final long DELETE_SECONDS = 900;
  /** Of the largest rooms, every tenth event, as old as what was said before it. */
  private static final String EVENTS = """
      INSERT INTO room_events (room_id, seq, kind, ts, message_count, user_id, username, is_member, is_moderator, is_banned,
        is_muted)
      SELECT room_id, seq + 1, 3, created_at + interval '1 microsecond', message_count, user_id, username, true, false,
        false, false
      FROM messages WHERE room_id BETWEEN %d AND %d AND seq %% 10 = 9 AND created_at < now() - interval '9 days'""";
  private static final String TABLES = """
      SELECT relname, n_live_tup, n_dead_tup, autovacuum_count, pg_total_relation_size(relid) >> 20 AS mib
      FROM pg_stat_user_tables WHERE relname IN ('messages', 'room_events', 'room_members', 'append_batches')
      ORDER BY relname""";

  private final Lab lab;
  private final YearsSite site;
  private final Crowd others;

  YearsRemoval(Lab lab, YearsSite site) {
    this.lab = lab;
    this.site = site;
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < SOCKETS; i++) {
      tokens.add(site.token(2 + i));
    }
    others = lab.opened(new Crowd(lab.generator(), List.of(site.node.address()), tokens, "beside-", YearsLoad.BESIDE,
        SOCKETS));
  }

  List<Result> run() throws Exception {
    others.joinAll(SOCKETS, SOCKETS, Lab.JOIN);
    talk(10).finish(CATCH_UP);
    List<Result> results = new ArrayList<>();
    ChatRun quiet = talk(30);
    quiet.awaitEnd();
    results.add(into("chats while nothing is removed", quiet));
    results.add(events());
    results.add(retention());
    results.addAll(room());
    return results;
  }

  private ChatRun talk(double seconds) {
    return others.start(new ChatPlan(RATE, SOCKETS, 100, Duration.ZERO, lab.scale().seconds(seconds, 2)));
  }

  private Result into(String title, ChatRun run) {
    ChatRun.Outcome outcome = run.finish(CATCH_UP);
    return new Result("years", title).latency(title, outcome.micros()).put("lost", outcome.lost() + outcome.unsent());
  }

  /** By a node that has just started, as whoever comes first after a long pause does. */
  private Result events() throws Exception {
    try (Connection connection = site.connect(); Statement statement = connection.createStatement()) {
      statement.execute(EVENTS.formatted(YearsLoad.HUGE, YearsLoad.HUGE + 500));
      statement.execute("ANALYZE room_events");
    }
    return removal("chats while old events are removed", Map.of(),
        "SELECT count(*) FROM room_events WHERE ts < now() - interval '8 days'");
  }

  /** A year of three, by a node that keeps two. */
  private Result retention() throws Exception {
    return removal("chats while old messages are removed", Map.of("MESSAGE_RETENTION_DAYS", "730"),
        "SELECT count(*) FROM messages WHERE created_at < now() - interval '730 days'");
  }

  /** The start of a node would be felt, too: it is over when the measuring begins. */
  private Result removal(String title, Map<String, String> settings, String old) throws Exception {
    long all = site.number(old);
    try (Node node = site.node(settings)) {
      TimeUnit.SECONDS.sleep(lab.scale().of(5, 1));
      long before = site.number(old);
      long begin = System.nanoTime();
      ChatRun run = talk(40);
      run.awaitEnd();
      double seconds = (System.nanoTime() - begin) / 1e9;
      long left = site.number(old);
      return into(title, run).put("old rows", all).put("removed a second", (before - left) / seconds).put("rows left", left);
    }
  }

  private List<Result> room() throws Exception {
    long before = site.number("SELECT count(*) FROM messages WHERE room_id = " + YearsLoad.HUGE);
    ChatRun run = talk(60);
    long begin = System.nanoTime();
    site.call("DELETE", "/rooms/" + YearsLoad.HUGE);
    double answered = (System.nanoTime() - begin) / 1e6;
    long end = begin + TimeUnit.SECONDS.toNanos(DELETE_SECONDS);
    while (site.number("SELECT count(*) FROM room_purges") > 0 && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    run.awaitEnd();
    long left = site.number("SELECT count(*) FROM messages WHERE room_id = " + YearsLoad.HUGE);
    Result result = into("chats while the largest room is deleted", run).put("DELETE ms", answered)
        .put("rows removed", before - left).put("rows left", left).put("gone after s", seconds);
    return List.of(result, tables());
  }

  private Result tables() throws SQLException {
    Result result = new Result("years", "tables afterwards");
    try (Connection connection = site.connect(); Statement statement = connection.createStatement();
         ResultSet rows = statement.executeQuery(TABLES)) {
      while (rows.next()) {
        result.put(rows.getString(1) + ": live, dead, autovacuums, MiB", rows.getLong(2) + ", " + rows.getLong(3) + ", "
            + rows.getLong(4) + ", " + rows.getLong(5));
      }
    }
    return result;
  }
}
