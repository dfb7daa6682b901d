package io.fastroom.torture;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.torture.Schedule.What;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three nodes, thirty clients and a world that breaks; then the checker. Thread: the one that runs it. */
public final class Torture {
  private static final int NODES = 3;
  private static final int CLIENTS = 30;
  private static final int ROOMS = 5;
  private static final int ROOMS_EACH = 2;
  private static final long SILENCE_MILLIS = 5_000;
  private static final Map<String, String> SETTINGS = Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS",
      "5000", "DATABASE_POOL_SIZE", "4", "WS_CHAT_RATE", "0", "WS_MESSAGE_RATE", "0");

  private final long seed;
  private final Duration duration;
  private final Set<What> faults;
  private final PrintStream out;

  Torture(long seed, Duration duration, Set<What> faults, PrintStream out) {
    this.seed = seed;
    this.duration = duration;
    this.faults = faults;
    this.out = out;
  }

  /** MINUTES [SEED [FAULT...]]; without a fault all of them. */
  public static void main(String[] args) throws Exception {
    long seed = args.length > 1 ? Long.parseLong(args[1]) : ThreadLocalRandom.current().nextInt(1_000_000);
    Set<What> faults = EnumSet.allOf(What.class);
    if (args.length > 2) {
      faults = EnumSet.copyOf(Stream.of(args).skip(2).map(What::of).toList());
    } else {
      faults.removeIf(Torture::cannot);
    }
    Duration duration = Duration.ofSeconds(Math.round(60 * Double.parseDouble(args[0])));
    System.exit(new Torture(seed, duration, faults, System.out).run().clean() ? 0 : 1);
  }

  /** Whether a program is missing that the fault needs. */
  private static boolean cannot(What what) {
    List<String> programs = switch (what) {
      case STEP_REDIS_CLOCK -> List.of("gcc", "redis-server");
      case RESTART_PGBOUNCER -> List.of("pgbouncer");
      default -> List.of();
    };
    List<String> missing = programs.stream().filter(program -> Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin")
        .noneMatch(folder -> Files.isExecutable(Path.of(folder, program)))).toList();
    if (!missing.isEmpty()) {
      System.err.println("SKIPPED: " + what + ", as there is no " + missing);
    }
    return !missing.isEmpty();
  }

  Verdict run() throws IOException, SQLException, InterruptedException {
    out.println("seed " + seed + ", " + duration.toSeconds() + " s");
    Path diaries = Files.createDirectories(Path.of("target", "torture", Long.toString(seed)));
    try (World world = new World(NODES, SETTINGS, faults)) {
      return run(world, diaries);
    }
  }

  private Verdict run(World world, Path diaries) throws SQLException, InterruptedException {
    List<NodeProcess> nodes = world.nodes();
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
    new Chaos(Schedule.of(seed, duration, NODES, faults), world, rooms, out).run();
    for (NodeProcess node : nodes) {
      Until.holds("a node is ready after all", Duration.ofSeconds(60), () -> node.readiness() == 200);
    }
    List<String> silent = silent(world, clients);
    warden.stop();
    wardenThread.join();
    settle(world, clients, warden);
    clients.forEach(TortureClient::stop);
    for (Thread actor : actors) {
      actor.join();
    }
    Verdict verdict = judge(world, rooms, clients, warden);
    silent.forEach(each -> verdict.add(Verdict.Fault.SILENT, each));
    report(verdict);
    return verdict;
  }

  /** Who, in a room all the time, has not got by now what was committed when the last blow was over. */
  private static List<String> silent(World world, List<TortureClient> clients) throws SQLException {
    Map<Long, Long> heads;
    try (Connection database = world.connect()) {
      heads = Truth.heads(database);
    }
    Until.pause(SILENCE_MILLIS);
    return clients.stream().flatMap(client -> client.behind(heads, SILENCE_MILLIS).stream()).toList();
  }

  private void settle(World world, List<TortureClient> clients, Warden warden) throws SQLException {
    clients.forEach(TortureClient::hush);
    warden.amnesty();
    Map<Long, Long> heads = new HashMap<>();
    try (Connection database = world.connect()) {
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

  private Verdict judge(World world, List<RoomRef> rooms, List<TortureClient> clients, Warden warden)
      throws SQLException {
    Truth truth;
    try (Connection database = world.connect()) {
      truth = Truth.read(database, rooms);
    }
    Checker checker = new Checker(truth, world.gone());
    for (TortureClient client : clients) {
      Iterable<Entry> entries = () -> client.diary().entries();
      checker.check(client.person().name(), client.person().id(), entries, true);
    }
    long events = 0;
    for (List<Truth.Event> log : truth.logs()) {
      events += log.size();
    }
    out.println("seed " + seed + ": " + events + " events committed, "
        + clients.stream().mapToInt(TortureClient::acknowledged).sum() + " chats acknowledged, " + warden.acts()
        + " acts of moderation, " + world.gone().size() + " logs taken back");
    warden.troubles().forEach(out::println);
    return checker.verdict();
  }

  private void report(Verdict verdict) {
    verdict.details().forEach(out::println);
    out.println(verdict);
  }
}
