package io.fastroom.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.User;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.PersistenceApi.GetUser;
import io.fastroom.persistence.PersistenceApi.JoinRoom;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.fastroom.persistence.PersistenceApi.Ping;
import io.fastroom.settings.DatabaseUrl;
import io.fastroom.support.LogLines;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PostgreSQL freezes, drops its connections and comes back. A server of its own, so that no other test suffers. */
@Tag("slow")
class OutageTest {
  private static EmbeddedPostgres server;
  private static TestNode node;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().start();
    String url = "postgres://postgres:postgres@127.0.0.1:" + server.getPort() + "/postgres";
    Vertx vertx = Vertx.vertx();
    new Migrations(vertx, url).up().await();
    vertx.close().await();
    node = new TestNode(url);
  }

  @AfterAll
  static void stop() throws IOException {
    node.close();
    server.close();
  }

  private static Problem refusal(Future<Appended> append) {
    return append.<Problem>map(done -> null).otherwise(failure -> Refused.of(failure).problem()).await();
  }

  private static void signal(String signal, List<ProcessHandle> processes) throws Exception {
    List<String> command = new ArrayList<>(List.of("kill", signal));
    processes.forEach(process -> command.add(String.valueOf(process.pid())));
    new ProcessBuilder(command).start().waitFor();
  }

  private static List<ProcessHandle> processes() {
    long backend = TestDatabase.number(node.url, "SELECT pg_backend_pid()");
    ProcessHandle postmaster = ProcessHandle.of(TestDatabase.number(node.url, """
        SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::bigint""")).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().filter(p -> p.pid() != backend).toList());
    all.add(postmaster);
    return all;
  }

  @Test
  void a_frozen_server_is_unavailable_in_time_and_what_was_refused_then_is_never_written() throws Exception {
    User alice = node.user();
    Room room = node.room(alice);
    node.chat(room, alice, "before");
    List<ProcessHandle> processes = processes();

    signal("-STOP", processes);
    long begin = System.nanoTime();
    Future<Appended> lost = node.append(room, alice, "lost", null);
    Future<Problem> join = node.bus.ask(PersistenceApi.JOIN_ROOM, new JoinRoom(alice.id(), room.id()))
        .<Problem>map(done -> null).otherwise(failure -> Refused.of(failure).problem());
    try {
      assertThat(node.refusal(PersistenceApi.PING, new Ping())).isEqualTo(Problem.UNAVAILABLE);
      assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(3_000);
      assertThat(node.refusal(PersistenceApi.GET_USER, new GetUser(alice.id()))).isEqualTo(Problem.UNAVAILABLE);
      assertThat(join.await()).isEqualTo(Problem.UNAVAILABLE);
      assertThat(refusal(lost)).isEqualTo(Problem.UNAVAILABLE);
      assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(9_000);
    } finally {
      signal("-CONT", processes);
    }
    backAgain();

    node.chat(room, alice, "after");
    assertThat(node.log(room)).extracting(event -> ((Chat) event).message().content()).containsExactly("before", "after");
  }

  private static void backAgain() {
    long deadline = System.currentTimeMillis() + 10_000;
    while (node.refusal(PersistenceApi.PING, new Ping()) != null) {
      assertThat(System.currentTimeMillis()).isLessThan(deadline);
    }
  }

  @Test
  void connections_that_break_lose_and_double_nothing() {
    User alice = node.user();
    List<Room> rooms = IntStream.range(0, 4).mapToObj(i -> node.room(alice)).toList();
    List<Future<Appended>> appends = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 400; i++) {
        appends.add(node.append(rooms.get(i % 4), alice, round + "." + i, i % 3 == 0 ? round + ":" + i : null));
      }
      TestDatabase.execute(node.url, """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'fastroom' AND pid <> pg_backend_pid()""");
    }

    Future.join(appends).otherwiseEmpty().await();

    assertThat(appends).allMatch(Future::succeeded);
    assertThat(appends).noneMatch(append -> append.result().repeated());
    List<RoomEvent> logged = rooms.stream().flatMap(room -> node.log(room).stream()).toList();
    assertThat(logged).hasSize(8_000).extracting(event -> ((Chat) event).message().content()).doesNotHaveDuplicates();
    rooms.forEach(room -> assertThat(node.log(room)).extracting(RoomEvent::seq)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 2_000).boxed().toList()));
    assertThat(node.committed).containsAll(logged);
    assertThat(node.ask(PersistenceApi.LIST_ROOMS, new ListRooms(alice.id(), 50, 0, false, null, false,
        null)).total()).isPositive();
  }

  /** Reads succeed, and whatever writes fails: it would be away and back each second. */
  @Test
  void a_server_that_is_read_only_is_called_back_when_nothing_fails_any_more() throws Exception {
    Vertx vertx = Vertx.vertx();
    Database database = new Database(vertx, DatabaseUrl.parse("postgres://postgres:postgres@127.0.0.1:" + server.getPort()
        + "/postgres"), 1, "told");
    try (LogLines log = new LogLines()) {
      for (int i = 0; i < 3; i++) {
        assertThat(succeeds(database, "DO $$ BEGIN RAISE EXCEPTION 'read-only' USING ERRCODE = '25006'; END $$")).isFalse();
        // Over another connection.
        Until.holds("a read succeeds", () -> succeeds(database, "SELECT 1"));
      }
      assertThat(told(log)).filteredOn(line -> line.contains(" is away: read-only (25006)")).hasSize(1);
      assertThat(told(log)).noneMatch(line -> line.endsWith(" is back"));
      Until.holds("it is called back", Duration.ofSeconds(10),
          () -> succeeds(database, "SELECT 1") && told(log).stream().anyMatch(line -> line.endsWith(" is back")));
    } finally {
      database.close().await();
      vertx.close().await();
    }
  }

  private static boolean succeeds(Database database, String sql) {
    return database.query(sql, Tuple.tuple()).transform(done -> Future.succeededFuture(done.succeeded())).await();
  }

  private static List<String> told(LogLines log) {
    return log.lines().stream().filter(line -> line.contains("told ")).toList();
  }
}
