package io.fastroom.bench;

import io.fastroom.bench.RestLoad.Answers;
import io.fastroom.support.HugeRoom;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.HdrHistogram.Histogram;
import redis.clients.jedis.Jedis;

/** What a page of members costs PostgreSQL, and a page of presence Redis, in a room of very many. */
record Members() implements Scenario {
  private static final int PAGES = 200;
  /** As {@code Listings} asks it, with the numbers of room and reader in it. */
  private static final String PAGE = """
      EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY, FORMAT JSON)
      SELECT r.*, m.*, coalesce(c.listed, 0), p.*
      FROM rooms r JOIN users u ON u.id = %1$d LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id
      LEFT JOIN member_counts c ON c.room_id = r.id
      LEFT JOIN LATERAL (
        SELECT x.user_id, a.username, x.is_member, x.is_moderator, x.is_banned, x.is_muted, x.joined_at, true
        FROM room_members x JOIN users a ON a.id = x.user_id
        WHERE x.room_id = r.id AND (x.is_member OR x.is_banned) AND x.user_id > %3$d AND a.id > %3$d
        ORDER BY x.user_id LIMIT 51
      ) p ON true
      WHERE r.id = %2$d""";

  @Override
  public String name() {
    return "members";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.node();
    String prefix = Lab.prefix(name());
    long room = lab.people().rooms(node, prefix, 1).get(0);
    int members = lab.scale().of(100_000, 1_000);
    String token = lab.people().tokens(1).get(0);
    try (Connection database = lab.backends().connect(); Jedis redis = new Jedis(URI.create(lab.backends().redisUrl()))) {
      HugeRoom.members(database, room, prefix + "m.", members);
      HugeRoom.present(redis, "", prefix + 0, prefix + "m.", members / 2);
      Result statement = statement(database, room, members);
      Answers pages = new RestLoad(lab, node, HttpMethod.GET, "/rooms/" + room + "/members?limit=50", token, null)
          .run(1, 3, 3);
      return List.of(statement, new Result(name(), "GET …/members?limit=50, of " + members)
          .latency("members", pages.micros()).put("failed", pages.failed()),
          presence(lab, node, redis, room, members / 2, token));
    }
  }

  /** Where the pages begin makes no difference, so they begin everywhere. */
  private Result statement(Connection database, long room, int members) throws SQLException {
    Histogram micros = new Histogram(3);
    Histogram buffers = new Histogram(3);
    try (Statement statement = database.createStatement()) {
      long first = number(statement, "SELECT min(user_id) FROM room_members WHERE room_id = " + room);
      for (int i = -PAGES; i < PAGES; i++) {
        String plan = text(statement, PAGE.formatted(first, room, first + Math.abs(i) * (long) members / PAGES));
        if (i >= 0) {
          micros.recordValue((long) (1_000 * figure(plan, "Execution Time")));
          buffers.recordValue((long) figure(plan, "Shared Hit Blocks"));
        }
      }
    }
    return new Result(name(), "a page of 50 of " + members + " members, in PostgreSQL")
        .put("pages read", buffers.getValueAtPercentile(50)).latency("in PostgreSQL", micros);
  }

  /** Redis's own time for the scripts of presence while it is asked for, on a room that the node has no socket in. */
  private Result presence(Lab lab, Node node, Jedis redis, long room, int present, String token) throws Exception {
    RestLoad load = new RestLoad(lab, node, HttpMethod.GET, "/rooms/" + room + "/presence?limit=500", token, null);
    load.once();
    long before = scriptMicros(redis);
    Answers answers = load.run(16, 1, 5);
    long spent = scriptMicros(redis) - before;
    return new Result(name(), "GET …/presence of " + present + ", 16 at once").latency("presence", answers.micros())
        .put("answers", answers.micros().getTotalCount()).put("Redis us/answer",
            (double) spent / Math.max(1, answers.micros().getTotalCount())).put("failed", answers.failed());
  }

  private static long scriptMicros(Jedis redis) {
    return redis.info("commandstats").lines().filter(line -> line.startsWith("cmdstat_eval"))
        .mapToLong(line -> Long.parseLong(line.replaceFirst(".*usec=(\\d+),.*", "$1"))).sum();
  }

  private static double figure(String plan, String name) {
    return Double.parseDouble(plan.replaceFirst("(?s).*?\"" + name + "\": ([0-9.]+).*", "$1"));
  }

  private static long number(Statement statement, String sql) throws SQLException {
    return Long.parseLong(text(statement, sql));
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
