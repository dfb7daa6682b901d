package io.fastroom.bench;

import io.fastroom.bench.Backends.Used;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a room costs that somebody watches, beside one that they have joined: sockets that are in a hundred rooms each,
 * and sockets that watch two hundred each, beyond what the same sockets cost that do neither; nothing is said.
 */
record Watch() implements Scenario {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  /** A little more than a heartbeat interval, so that every refresh is in it. */
  private static final double SECONDS = 26;
  private static final String MEMBERS = """
      INSERT INTO room_members (room_id, user_id)
      SELECT r.id, u.id FROM rooms r, users u WHERE r.name LIKE ? AND u.username LIKE 'bench.%'
        AND substr(u.username, 7)::int < ? ON CONFLICT DO NOTHING""";

  @Override
  public String name() {
    return "watch";
  }

  /** @param heapMib live in the node */
  private record Cost(double nodeMicros, double postgresMicros, double redisMicros, double heapMib) { }

  @Override
  public List<Result> run(Lab lab) throws Exception {
    Node node = lab.node();
    String prefix = Lab.prefix(name());
    int people = lab.scale().of(100, 10);
    // So little that it takes many to see it.
    int watchers = people * 4;
    int watched = lab.scale().of(200, 20);
    int joined = watched / 2;
    lab.people().rooms(node, prefix, watched);
    List<String> tokens = lab.people().tokens(watchers);
    try (Connection connection = lab.backends().connect();
         PreparedStatement members = connection.prepareStatement(MEMBERS)) {
      members.setString(1, prefix + "%");
      members.setInt(2, watchers);
      members.executeUpdate();
    }
    List<Result> results = new ArrayList<>();
    Cost idle;
    Cost inRooms;
    try (Sockets sockets = new Sockets(lab.vertx(), node, tokens.subList(0, people))) {
      idle = cost(lab, node);
      for (int i = 0; i < joined; i++) {
        String frame = "{\"type\":\"join\",\"room\":\"" + prefix + i + "\"}";
        sockets.sendAll(socket -> frame);
        sockets.await("history", (long) people * (i + 1), LIMIT);
      }
      inRooms = cost(lab, node);
    }
    try (Sockets sockets = new Sockets(lab.vertx(), node, tokens)) {
      // Rooms that nobody is in any more are kept for a while.
      TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(70, 1).toMillis());
      Cost without = cost(lab, node);
      sockets.sendAll(socket -> "{\"type\":\"watch\"}");
      sockets.await("rooms", watchers, LIMIT);
      Cost watching = cost(lab, node);
      results.add(result("a joined room", inRooms, idle, people * joined));
      results.add(result("a watched room", watching, without, watchers * watched));
    }
    return results;
  }

  private static Cost cost(Lab lab, Node node) throws Exception {
    TimeUnit.MILLISECONDS.sleep(lab.scale().seconds(4, 1).toMillis());
    double heap = node.liveHeapMib();
    Used before = lab.backends().used();
    long nodeBefore = node.cpuMicros();
    Duration time = lab.scale().seconds(SECONDS, 2);
    TimeUnit.MILLISECONDS.sleep(time.toMillis());
    Used after = lab.backends().used();
    double seconds = time.toMillis() / 1e3;
    return new Cost((node.cpuMicros() - nodeBefore) / seconds,
        (after.postgresMicros() - before.postgresMicros()) / seconds,
        (after.redisMicros() - before.redisMicros()) / seconds, heap);
  }

  private Result result(String title, Cost with, Cost without, int rooms) {
    return new Result(name(), title).put("rooms of all sockets", rooms)
        .put("heap bytes each", (with.heapMib - without.heapMib) * (1 << 20) / rooms)
        .put("node CPU us/s each", (with.nodeMicros - without.nodeMicros) / rooms)
        .put("PostgreSQL CPU us/s each", (with.postgresMicros - without.postgresMicros) / rooms)
        .put("Redis CPU us/s each", (with.redisMicros - without.redisMicros) / rooms)
        .put("CPU us/s each", (with.nodeMicros + with.postgresMicros + with.redisMicros - without.nodeMicros
            - without.postgresMicros - without.redisMicros) / rooms);
  }
}
