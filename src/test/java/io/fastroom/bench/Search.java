package io.fastroom.bench;

import io.vertx.core.http.HttpMethod;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a search costs among many messages beside among few. */
record Search() implements Scenario {
  /** Words by how often they occur: the n-th as often as one over n. */
  static final String WORDS =
      "(SELECT string_agg('w' || (60000 ^ random())::int, ' ') FROM generate_series(1, %s))";
  private static final String FILL = """
      INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count)
      SELECT CASE WHEN n %% 1000 = 0 THEN %d ELSE %d END, %d + n, 1, 'bench',"""
      + WORDS.formatted("9 + n %% 7") + """
      , clock_timestamp(), %d + n FROM generate_series(1, %d) n""";
  private static final Map<String, String> QUERIES = new LinkedHashMap<>();

  static {
    QUERIES.put("a word of every other message", "w2");
    QUERIES.put("three words", "w3 w9 w27");
    QUERIES.put("a word of one in a thousand", "w900");
    QUERIES.put("a rare word", "w59000");
    QUERIES.put("a word that nobody said", "nothing");
    QUERIES.put("the beginning of a word", "w1*");
    QUERIES.put("a phrase", "\"w2 w3\"");
    QUERIES.put("a word and not another", "w20 -w2");
  }

  @Override
  public String name() {
    return "search";
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.node();
    String prefix = Lab.prefix(name());
    List<Long> rooms = lab.people().rooms(node, prefix, 2);
    String token = lab.people().tokens(1).get(0);
    List<Result> results = new ArrayList<>();
    try (Connection connection = lab.backends().connect(); Statement statement = connection.createStatement()) {
      statement.execute("UPDATE rooms SET is_private = true WHERE id = " + rooms.get(1));
      long few = lab.scale().of(100_000, 5_000);
      fill(statement, rooms, 0, few);
      results.addAll(searches(lab, node, token, rooms.get(1), few));
      long many = lab.scale().of(10_000_000, 20_000);
      fill(statement, rooms, few, many - few);
      results.addAll(searches(lab, node, token, rooms.get(1), many));
    }
    return results;
  }

  private static void fill(Statement statement, List<Long> rooms, long from, long count) throws SQLException {
    for (long done = 0; done < count; done += 250_000) {
      long base = 1_000_000 + from + done;
      statement.execute(FILL.formatted(rooms.get(1), rooms.get(0), base, base, Math.min(250_000, count - done)));
    }
    statement.execute("ANALYZE messages");
    statement.execute("SELECT gin_clean_pending_list('messages_words')");
  }

  private List<Result> searches(Lab lab, Node node, String token, long privateRoom, long messages) throws Exception {
    List<Result> results = new ArrayList<>();
    for (Map.Entry<String, String> query : QUERIES.entrySet()) {
      results.add(search(lab, node, token, messages, query.getKey(), query.getValue(), ""));
    }
    results.add(search(lab, node, token, messages, "in a quiet private room", "w2", "&room_id=" + privateRoom));
    return results;
  }

  private Result search(Lab lab, Node node, String token, long messages, String what, String query, String more)
      throws Exception {
    String path = "/search?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + more;
    RestLoad.Answers answers = new RestLoad(lab, node, HttpMethod.GET, path, token, null).run(1, 3, 3);
    String title = what + ", among " + messages;
    return new Result(name(), title).latency(title, answers.micros()).put("failed", answers.failed());
  }
}
