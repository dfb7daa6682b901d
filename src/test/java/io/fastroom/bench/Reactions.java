package io.fastroom.bench;

import io.fastroom.bench.Backends.Used;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a thousand reactions to one message cost beside a thousand chats of the same people, all in one moment. */
record Reactions() implements Scenario {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Override
  public String name() {
    return "reactions";
  }

  /** What one kind has cost so far. */
  private static final class Sum {
    private long items;
    private long seconds;
    private long node;
    private long postgres;
    private long redis;
    private long batches;

    Result result(String title) {
      return new Result("reactions", title).put("items", items).put("PostgreSQL CPU us/item", (double) postgres / items)
          .put("Redis CPU us/item", (double) redis / items).put("node CPU us/item", (double) node / items)
          .put("items/commit", (double) items / Math.max(1, batches)).put("s until all have all", seconds / 1e9);
    }
  }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.node();
    String prefix = Lab.prefix(name());
    long room = lab.people().rooms(node, prefix, 1).get(0);
    int people = lab.scale().of(1_000, 50);
    Sum reactions = new Sum();
    Sum chats = new Sum();
    try (Sockets sockets = lab.opened(new Sockets(lab.vertx(), node, lab.people().tokens(people)));
         Connection connection = lab.backends().connect(); Statement statement = connection.createStatement()) {
      sockets.sendAll(i -> "{\"type\":\"join\",\"room\":\"" + prefix + "0\"}");
      sockets.await("history", people, LIMIT);
      for (int round = 0; round <= lab.scale().of(5, 1); round++) {
        storm(lab, node, statement, sockets, "chat", round == 0 ? new Sum() : chats,
            "{\"type\":\"chat\",\"room\":\"" + prefix + "0\",\"message\":\"so do I, see you there\"}");
        long message = number(statement, "SELECT max(id) FROM messages WHERE room_id = " + room);
        storm(lab, node, statement, sockets, "reaction", round == 0 ? new Sum() : reactions,
            "{\"type\":\"react\",\"room\":\"" + prefix + "0\",\"message_id\":" + message
                + ",\"emoji\":\":+1:\",\"on\":true}");
      }
    }
    List<Result> results = new ArrayList<>();
    results.add(reactions.result(people + " reactions to one message"));
    results.add(chats.result(people + " chats"));
    return results;
  }

  private static void storm(Lab lab, Node node, Statement statement, Sockets sockets, String type, Sum sum,
                            String frame) throws Exception {
    long all = sockets.got(type) + (long) sockets.size() * sockets.size();
    long batches = number(statement, "SELECT count(*) FROM append_batches");
    Used before = lab.backends().used();
    long nodeBefore = node.cpuMicros();
    long begin = System.nanoTime();
    sockets.sendAll(i -> frame);
    sockets.await(type, all, LIMIT);
    sum.seconds += System.nanoTime() - begin;
    Used used = lab.backends().used();
    sum.items += sockets.size();
    sum.node += node.cpuMicros() - nodeBefore;
    sum.postgres += used.postgresMicros() - before.postgresMicros();
    sum.redis += used.redisMicros() - before.redisMicros();
    sum.batches += number(statement, "SELECT count(*) FROM append_batches") - batches;
  }

  private static long number(Statement statement, String sql) throws Exception {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
