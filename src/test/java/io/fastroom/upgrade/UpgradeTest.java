package io.fastroom.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From this version to a made-up next one, which has one more kind of event and one more change set, and back. */
@Tag("slow")
final class UpgradeTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String DATABASE = "upgrade";
  private static final Map<String, String> SETTINGS = Map.of("DRAIN_SECONDS", "1", "DRAIN_NOTICE_SECONDS", "0.5",
      "WS_CHAT_RATE", "0", "WS_MESSAGE_RATE", "0");

  private final String url = Backends.postgres().url().replaceFirst("postgres$", DATABASE);
  private final RedisProcess redis = new RedisProcess();
  private final List<NodeProcess> started = new ArrayList<>();
  /** Those that a balancer would know. */
  private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
  private final List<Traveller> travellers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> failedCalls = new CopyOnWriteArrayList<>();
  private volatile boolean over;

  @BeforeEach
  void an_empty_database() throws SQLException {
    try (Connection server = Backends.postgres().connect(); Statement statement = server.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + DATABASE + " WITH (FORCE)");
      statement.execute("CREATE DATABASE " + DATABASE);
    }
  }

  @AfterEach
  void close() {
    over = true;
    travellers.forEach(Traveller::stop);
    started.forEach(NodeProcess::close);
    redis.close();
  }

  @Test
  void goes_node_by_node_under_load_and_back_and_nobody_misses_anything() throws Exception {
    NextRelease next = new NextRelease();
    NodeProcess first = launched(node());
    NodeProcess second = launched(node());
    awaitServing(first, second);
    talk();

    NodeProcess firstNext = replace(first, next.started(node()));
    polled();
    NodeProcess secondNext = replace(second, next.started(node()));
    polled();
    assertThat(version(firstNext)).isEqualTo(version(secondNext)).isEqualTo(NextRelease.VERSION);
    NodeProcess firstBack = replace(firstNext, node());
    polled();
    replace(secondNext, node());
    assertThat(version(firstBack)).isNotEqualTo(NextRelease.VERSION);
    // Its column goes while the nodes of this version are at work; its events stay.
    assertThat(next.run(url, "migrate", "rollback", "1")).contains("1 change sets taken back");
    assertThat(next.run(url, "migrate", "status")).contains("missing  polls");
    goOn();

    end();
    assertThat(failedCalls).isEmpty();
    for (NodeProcess node : started) {
      assertThat(node.log()).doesNotContain("Exception");
    }
  }

  private NodeProcess node() {
    NodeProcess node = new NodeProcess(url, redis.url(), SETTINGS);
    started.add(node);
    return node;
  }

  private static NodeProcess launched(NodeProcess node) {
    node.launch();
    return node;
  }

  private void awaitServing(NodeProcess... fresh) {
    for (NodeProcess node : fresh) {
      node.awaitServing(LIMIT);
      Until.holds("it is ready", LIMIT, () -> node.readiness() == 200);
      nodes.add(node);
    }
  }

  /** The new one comes before the old one goes. */
  private NodeProcess replace(NodeProcess old, NodeProcess fresh) {
    awaitServing(launched(fresh));
    nodes.remove(old);
    assertThat(old.term(LIMIT)).isZero();
    goOn();
    return fresh;
  }

  private static String version(NodeProcess node) {
    return new Rest("http://127.0.0.1:" + node.managementPort(), null).get("/info").expect(200).json()
        .getString("version");
  }

  private void talk() {
    List<Person> people = IntStream.range(0, 6).mapToObj(n -> Person.register(nodes.get(n % 2), "traveller")).toList();
    List<RoomRef> rooms = IntStream.range(0, 3).mapToObj(n -> people.get(n).createRoom(nodes.get(n % 2))).toList();
    for (int n = 0; n < people.size(); n++) {
      travellers.add(new Traveller(people.get(n), rooms.get(n % 3), nodes));
      threads.add(new Thread(travellers.get(n), "traveller " + n));
    }
    threads.add(new Thread(() -> read(people.get(0), rooms), "reader"));
    threads.forEach(thread -> thread.setDaemon(true));
    threads.forEach(Thread::start);
    goOn();
  }

  /** Reads by REST all the time; a node that a balancer would ask answers. */
  private void read(Person person, List<RoomRef> rooms) {
    for (int n = 0; !over; n++) {
      NodeProcess node = nodes.get(n % nodes.size());
      String failed = call(person, node, rooms.get(n % 3).path() + "/messages");
      if (failed != null && !over && nodes.contains(node)) {
        failedCalls.add(failed);
      }
      Until.pause(50);
    }
  }

  private static String call(Person person, NodeProcess node, String path) {
    try {
      int status = person.on(node).get(path).status();
      return status == 200 ? null : "" + status;
    } catch (RuntimeException away) {
      return "" + away;
    }
  }

  /** Everybody's conversation gets on. */
  private void goOn() {
    List<Integer> before = travellers.stream().map(Traveller::said).toList();
    Until.holds("everybody says more", LIMIT, () -> IntStream.range(0, before.size())
        .allMatch(n -> travellers.get(n).said() > before.get(n) + 3));
  }

  /** Somebody on each node that is there has heard of another poll. */
  private void polled() throws SQLException {
    long before = polls();
    Until.holds("more polls", LIMIT, () -> polls() > before + 6);
    goOn();
  }

  private long polls() throws SQLException {
    return number("SELECT count(*) FROM room_events WHERE kind = 40");
  }

  private long number(String sql) throws SQLException {
    try (Connection database = connect(); Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + Backends.postgres().port() + "/" + DATABASE,
        "postgres", "postgres");
  }

  /** Each has seen the whole log of their room, in order and once, and what each said is in it once. */
  private void end() throws Exception {
    travellers.forEach(Traveller::hush);
    for (Traveller each : travellers) {
      Until.holds("all is answered", LIMIT, each::isAnswered);
    }
    for (Traveller each : travellers) {
      each.endAt(number("SELECT seq FROM room_heads WHERE room_id = " + each.room().id()));
    }
    for (Thread thread : threads.subList(0, travellers.size())) {
      thread.join(LIMIT.toMillis());
      assertThat(thread.isAlive()).isFalse();
    }
    over = true;
    for (Traveller each : travellers) {
      assertThat(each.faults()).isEmpty();
      assertThat(each.seen().keySet()).containsExactlyElementsOf(LongStream.rangeClosed(1, each.last()).boxed().toList());
      assertThat(each.closeCodes()).containsOnly(1012);
      Stream<String> own = each.seen().values().stream().filter(e -> e.getString("type").equals("chat"))
          .filter(e -> e.getString("user").equals(each.person().name())).map(e -> e.getString("message"));
      assertThat(own).containsExactlyElementsOf(IntStream.rangeClosed(1, each.said())
          .mapToObj(n -> each.person().name() + " says " + n).toList());
      assertThat(each.seen().values().stream().filter(UpgradeTest::isPoll).count()).isEqualTo(
          number("SELECT count(*) FROM room_events WHERE kind = 40 AND room_id = " + each.room().id()));
    }
  }

  /** As the node that opened it tells it, or as one that does not know it reads it in the log. */
  private static boolean isPoll(JsonObject event) {
    return event.getString("type").equals("poll") && "tea?".equals(event.getString("question"))
        || event.getString("type").equals("event") && event.getInteger("kind") == 40;
  }
}
