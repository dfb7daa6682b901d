package io.fastroom.torture;

import io.fastroom.support.NodeProcess;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Three nodes, clients of all kinds and a world that breaks; then the checker. Thread: the one that runs it. */
public final class Torture {
  private static final int NODES = 3;
  private static final long SILENCE_MILLIS = 5_000;
  /** A hook's node may have died, its lease be still there and a try have failed. */
  private static final long HOOK_SILENCE_NANOS = Duration.ofSeconds(15).toNanos();
  /** Its backlog grows with what is said meanwhile; whether it gets all is seen when nobody speaks any more. */
  private static final long HOOK_BACKLOG_NANOS = Duration.ofSeconds(60).toNanos();
  private static final Map<String, String> SETTINGS = Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS",
      "5000", "DATABASE_POOL_SIZE", "4", "WS_CHAT_RATE", "0", "WS_MESSAGE_RATE", "0");

  private final long seed;
  private final Duration duration;
  private final Set<What> faults;
  private final boolean everybody;
  private final PrintStream out;

  /** @param everybody also those who do not use sockets */
  Torture(long seed, Duration duration, Set<What> faults, boolean everybody, PrintStream out) {
    this.everybody = everybody;
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
    System.exit(new Torture(seed, duration, faults, true, System.out).run().clean() ? 0 : 1);
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
    Cast cast = new Cast(seed, world, diaries, everybody);
    List<Thread> actors = new ArrayList<>(cast.witnesses().stream().map(Thread::new).toList());
    Thread wardenThread = new Thread(cast.warden());
    actors.add(wardenThread);
    // None of them keeps a run alive that has ended badly.
    actors.forEach(actor -> actor.setDaemon(true));
    actors.forEach(Thread::start);
    new Chaos(Schedule.of(seed, duration, nodes.size(), faults), world, cast.rooms(), () -> hush(cast), out).run();
    for (NodeProcess node : nodes) {
      Until.holds("a node is ready after all", Duration.ofSeconds(60), () -> node.readiness() == 200);
    }
    List<String> silent = silent(world, cast);
    cast.warden().stop();
    wardenThread.join();
    settle(world, cast);
    List<String> untrue = new RollCall(nodes, cast).differences();
    cast.witnesses().forEach(Witness::stop);
    for (Thread actor : actors) {
      actor.join();
    }
    Verdict verdict = judge(world, cast);
    silent.forEach(each -> verdict.add(Verdict.Fault.SILENT, each));
    untrue.forEach(each -> verdict.add(Verdict.Fault.PRESENCE, each));
    report(verdict);
    return verdict;
  }

  /** Who, there all the time, has not got by now what was committed when the last blow was over. */
  private static List<String> silent(World world, Cast cast) throws SQLException {
    cast.hooks().forEach(Witness::hush);
    Heads heads;
    try (Connection database = world.connect()) {
      heads = Heads.read(database);
    }
    long since = System.nanoTime();
    Until.pause(SILENCE_MILLIS);
    List<String> silent = new ArrayList<>(cast.readers().stream()
        .flatMap(reader -> reader.behind(heads, SILENCE_MILLIS).stream()).toList());
    silent.addAll(awaitHooks(cast.hooks(), heads, since));
    return silent;
  }

  /** @return those that get nothing though they are behind */
  private static List<String> awaitHooks(List<Witness> hooks, Heads heads, long since) {
    long moved = since;
    List<String> behind = behind(hooks, heads);
    while (!behind.isEmpty() && System.nanoTime() - moved < HOOK_SILENCE_NANOS
        && System.nanoTime() - since < HOOK_BACKLOG_NANOS) {
      Until.pause(100);
      List<String> now = behind(hooks, heads);
      moved = now.equals(behind) ? moved : System.nanoTime();
      behind = now;
    }
    return System.nanoTime() - moved < HOOK_SILENCE_NANOS ? List.of() : behind;
  }

  private static List<String> behind(List<Witness> hooks, Heads heads) {
    return hooks.stream().flatMap(hook -> hook.behind(heads, 0).stream()).toList();
  }

  private static void hush(Cast cast) {
    cast.warden().stop();
    cast.witnesses().forEach(Witness::hush);
  }

  private void settle(World world, Cast cast) throws SQLException {
    List<Witness> all = cast.witnesses();
    all.forEach(Witness::hush);
    cast.warden().amnesty();
    try (Connection database = world.connect()) {
      try {
        Until.holds("everybody settles", Duration.ofSeconds(40), () -> {
          Heads heads = Heads.read(database);
          return all.stream().allMatch(each -> each.settled(heads));
        });
      } catch (AssertionError e) {
        // Not the end: the checker says what is missing.
        out.println(e.getMessage());
        Heads heads = Heads.read(database);
        all.stream().filter(each -> !each.settled(heads)).forEach(each -> out.println(each.state(heads)));
      }
    }
  }

  private Verdict judge(World world, Cast cast) throws SQLException {
    Truth truth;
    try (Connection database = world.connect()) {
      truth = Truth.read(database, cast.rooms());
    }
    Checker checker = new Checker(truth, world.gone());
    if (world.tellsPromotions()) {
      checker.checkIds();
    }
    cast.witnesses().forEach(each -> each.testify(checker));
    cast.viewers().forEach(viewer -> viewer.judge(world, checker.verdict()));
    long events = 0;
    for (List<Truth.Event> log : truth.logs()) {
      events += log.size();
    }
    out.println("seed " + seed + ": " + events + " events committed, " + cast.acknowledged() + " chats acknowledged, "
        + cast.warden().acts() + " acts of moderation, " + world.gone().size() + " logs taken back");
    cast.warden().troubles().forEach(out::println);
    return checker.verdict();
  }

  private void report(Verdict verdict) {
    verdict.details().forEach(out::println);
    out.println(verdict);
  }
}
