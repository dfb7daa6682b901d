package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bench.load.ChatPlan;
import io.fastroom.bench.load.ChatRun;
import io.fastroom.bench.load.Crowd.Joining;
import io.fastroom.bench.load.Generator;
import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Crowd;
import io.fastroom.support.Joined;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Promise 9, on a PostgreSQL that counts its statements. {@code -Dfastroom.clients=2000} is more of it than the suite
 * has time for.
 */
@Tag("alone")
class ReconnectStormTest {
  private static final int CLIENTS = Integer.getInteger("fastroom.clients", 400);
  private static final int ROOMS = 20;
  private static final int MISSED = 50;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  /** What a node reads of a room it does not know: the end of its log and its last messages. */
  private static final int READS_OF_A_ROOM = 2;

  @Test
  void clients_that_come_back_at_once_cost_the_log_no_query_each() throws Exception {
    try (Postgres postgres = new Postgres(Map.of("shared_preload_libraries", "pg_stat_statements"));
        NodeProcess one = new NodeProcess(postgres, Backends.redis(), Cluster.UNLIMITED).start();
        NodeProcess two = new NodeProcess(postgres, Backends.redis(), Cluster.UNLIMITED).start();
        Generator generator = new Generator(); Connection database = postgres.connect();
        Statement sql = database.createStatement()) {
      sql.execute("CREATE EXTENSION pg_stat_statements");
      List<Person> people = Crowd.of(postgres, "storm", CLIENTS);
      String prefix = Names.unique("room") + ".";
      List<RoomRef> rooms = IntStream.range(0, ROOMS)
          .mapToObj(i -> people.get(0).createRoom(one, prefix + i, false)).toList();
      List<InetSocketAddress> addresses = List.of(address(one), address(two));
      List<String> tokens = people.stream().map(Person::access).toList();
      try (var clients = new io.fastroom.bench.load.Crowd(generator, addresses, tokens, prefix, ROOMS, CLIENTS);
          var stayers = new io.fastroom.bench.load.Crowd(generator, addresses, tokens, prefix, ROOMS, 2 * ROOMS)) {
        clients.joinAll(CLIENTS, 64, LIMIT);
        stayers.joinAll(2 * ROOMS, 64, LIMIT);
        clients.drop();
        say(stayers);
        sql.execute("SELECT pg_stat_statements_reset()");
        report("rooms that live on", comeBack(clients), reads(sql));
        assertThat(reads(sql)).as("reads of the log for rooms that live on").isEmpty();

        List<Long> since = new ArrayList<>();
        for (RoomRef room : rooms) {
          since.add(head(sql, room));
        }
        clients.drop();
        say(stayers);
        stayers.drop();
        for (NodeProcess node : List.of(one, two)) {
          node.kill9();
          node.start();
        }
        sql.execute("SELECT pg_stat_statements_reset()");
        report("rooms on new nodes", comeBack(clients), reads(sql));
        assertThat(reads(sql).stream().mapToLong(Read::calls).sum()).as("reads of the log by new nodes")
            .isBetween((long) ROOMS, (long) READS_OF_A_ROOM * ROOMS * addresses.size());
        for (int i = 0; i < ROOMS; i++) {
          try (Ws witness = people.get(i).connect(i % 2 == 0 ? one : two)) {
            Joined answer = witness.join(rooms.get(i).name(), since.get(i));
            assertThat(answer.resumed()).isTrue();
            assertThat(answer.seqs()).isEqualTo(Story.range(since.get(i) + 1, since.get(i) + MISSED));
          }
        }
      }
    }
  }

  private static InetSocketAddress address(NodeProcess node) {
    return new InetSocketAddress("127.0.0.1", node.port());
  }

  /** So much in each room. */
  private static void say(io.fastroom.bench.load.Crowd people) {
    ChatRun run = people.start(new ChatPlan(1_000, ROOMS, 20, Duration.ZERO, Duration.ofMillis(MISSED * ROOMS)));
    run.awaitEnd();
    ChatRun.Outcome outcome = run.finish(LIMIT);
    assertThat(outcome.sent()).isEqualTo(MISSED * ROOMS);
    assertThat(outcome.lost() + outcome.unsent()).isZero();
  }

  private static Joining comeBack(io.fastroom.bench.load.Crowd clients) {
    Joining joining = clients.join(CLIENTS, CLIENTS, true, LIMIT);
    assertThat(joining.failed() + joining.notResumed()).isZero();
    assertThat(joining.resumed()).isEqualTo(CLIENTS);
    assertThat(clients.disordered()).isZero();
    return joining;
  }

  private static long head(Statement sql, RoomRef room) throws SQLException {
    try (ResultSet row = sql.executeQuery("SELECT seq FROM room_heads WHERE room_id = " + room.id())) {
      row.next();
      return row.getLong(1);
    }
  }

  private record Read(long calls, String statement) { }

  /**
   * How often which statement has read the tables of messages. Readiness tries one of them twice a second, of no room
   * and so without a row; any read of a room has one.
   */
  private static List<Read> reads(Statement sql) throws SQLException {
    List<Read> reads = new ArrayList<>();
    try (ResultSet rows = sql.executeQuery("SELECT calls, query FROM pg_stat_statements"
        + " WHERE query ~* '(from|join)\\s+(messages|room_events)\\M' AND rows > 0"
        // What looks for old messages now and then is nobody's join.
        + " AND query NOT LIKE 'WITH page AS MATERIALIZED (%'")) {
      while (rows.next()) {
        reads.add(new Read(rows.getLong(1), rows.getString(2).replaceAll("\\s+", " ")));
      }
    }
    return reads;
  }

  private static void report(String what, Joining joining, List<Read> reads) {
    System.out.printf("%d clients of %d %s are back on two nodes after %d ms; reads of the log: %s%n", CLIENTS, ROOMS,
        what, joining.nanos() / 1_000_000, reads);
  }
}
