package io.fastroom.torture;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Three nodes, thirty clients and a world that breaks; then the checker. Thread: the one that runs it. */
public final class Torture {
  private static final int NODES = 3;
  private static final int CLIENTS = 30;
  private static final int ROOMS = 5;
  private static final int ROOMS_EACH = 2;
  private static final Map<String, String> SETTINGS = Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS",
      "5000", "DATABASE_POOL_SIZE", "4", "WS_CHAT_RATE", "0", "WS_MESSAGE_RATE", "0");

  private final long seed;
  private final Duration duration;
  private final PrintStream out;

  public Torture(long seed, Duration duration, PrintStream out) {
    this.seed = seed;
    this.duration = duration;
    this.out = out;
  }

  /** MINUTES [SEED] */
  public static void main(String[] args) throws Exception {
    long seed = args.length > 1 ? Long.parseLong(args[1]) : ThreadLocalRandom.current().nextInt(1_000_000);
    Verdict verdict = new Torture(seed, Duration.ofSeconds(Math.round(60 * Double.parseDouble(args[0]))), System.out)
        .run();
    System.exit(verdict.clean() ? 0 : 1);
  }

  public Verdict run() throws IOException, SQLException, InterruptedException {
    out.println("seed " + seed + ", " + duration.toSeconds() + " s");
    Path diaries = Files.createDirectories(Path.of("target", "torture", Long.toString(seed)));
    List<NodeProcess> nodes = new ArrayList<>();
    try (Postgres postgres = new Postgres(); RedisProcess redis = new RedisProcess()) {
      try {
        for (int i = 0; i < NODES; i++) {
          nodes.add(new NodeProcess(postgres, redis, SETTINGS).start());
        }
        return run(postgres, redis, nodes, diaries);
      } finally {
        nodes.forEach(NodeProcess::close);
      }
    }
  }

  private Verdict run(Postgres postgres, RedisProcess redis, List<NodeProcess> nodes, Path diaries)
      throws SQLException, InterruptedException {
    Person admin = Person.register(nodes.get(0), "admin");
    List<RoomRef> rooms = IntStream.range(0, ROOMS).mapToObj(i -> admin.createRoom(nodes.get(0))).toList();
    List<TortureClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Person person = Person.register(nodes.get(i % NODES), "user");
      List<RoomRef> own = new ArrayList<>(rooms);
      java.util.Collections.shuffle(own, new Random(seed + i));
      clients.add(new TortureClient(seed + i, person, nodes, own.subList(0, ROOMS_EACH),
          new Diary(diaries.resolve("client-" + i + ".log"))));
    }
    Warden warden = new Warden(seed, admin, nodes, rooms, clients.stream().map(TortureClient::person).toList());
    List<Thread> actors = new ArrayList<>(clients.stream().map(Thread::new).toList());
    Thread wardenThread = new Thread(warden);
    actors.add(wardenThread);
    actors.forEach(Thread::start);
    new Chaos(Schedule.of(seed, duration, NODES), nodes, redis, out).run();
    warden.stop();
    wardenThread.join();
    settle(postgres, nodes, clients, warden);
    clients.forEach(TortureClient::stop);
    for (Thread actor : actors) {
      actor.join();
    }
    return judge(postgres, rooms, clients, warden);
  }

  private void settle(Postgres postgres, List<NodeProcess> nodes, List<TortureClient> clients, Warden warden)
      throws SQLException {
    for (NodeProcess node : nodes) {
      Until.holds("a node is ready after all", Duration.ofSeconds(60), () -> node.readiness() == 200);
    }
    clients.forEach(TortureClient::hush);
    warden.amnesty();
    Map<Long, Long> heads = new HashMap<>();
    try (Connection database = postgres.connect()) {
      Until.holds("all clients settle", Duration.ofSeconds(40), () -> {
        heads.putAll(Truth.heads(database));
        return clients.stream().allMatch(client -> client.settled(heads));
      });
    } catch (AssertionError e) {
      // Not the end: the checker says what is missing.
      out.println(e.getMessage());
      clients.stream().filter(client -> !client.settled(heads)).forEach(client -> out.println(client.state(heads)));
    }
  }

  private Verdict judge(Postgres postgres, List<RoomRef> rooms, List<TortureClient> clients, Warden warden)
      throws SQLException {
    Truth truth;
    try (Connection database = postgres.connect()) {
      truth = Truth.read(database, rooms);
    }
    Checker checker = new Checker(truth);
    for (TortureClient client : clients) {
      Iterable<Entry> entries = () -> client.diary().entries();
      checker.check(client.person().name(), client.person().id(), entries, true);
    }
    Verdict verdict = checker.verdict();
    verdict.details().forEach(out::println);
    long events = 0;
    for (List<Truth.Event> log : truth.logs()) {
      events += log.size();
    }
    out.println("seed " + seed + ": " + events + " events committed, "
        + clients.stream().mapToInt(TortureClient::acknowledged).sum() + " chats acknowledged, " + warden.acts()
        + " acts of moderation");
    out.println(verdict);
    return verdict;
  }
}
