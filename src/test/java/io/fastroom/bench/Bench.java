package io.fastroom.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures nodes of the product that it starts itself; see {@code scripts/bench}. */
public final class Bench {
  static final List<Scenario> SCENARIOS = List.of(
      new Start(), new Cold(),
      new ChatScenario("room", 1, 1, 1_000, 100, 50),
      new ChatScenario("rooms", 1, 200, 2_000, 100, 500),
      new ChatScenario("two", 2, 1, 1_000, 100, 50),
      new Saturate("saturate", false), new Idle(), new Persist(), new Commit(), new Storm(), new RestReads(), new Slow(),
      new Search(), new Indexing(), new Reactions(), new Watch(), new Page(), new Streams(), new Sayings(), new Traced(),
      new Members(), new Quiet(), new Huge(), new Local(), new Years(),
      new Saturate("socketio", true));
  /** What takes minutes for one question. */
  private static final List<String> ON_DEMAND = List.of("cold", "quiet", "slow", "search", "index", "reactions", "watch",
      "page", "streams", "sayings", "traces", "members", "huge", "local", "years", "socketio");

  private Bench() { }

  public static void main(String[] args) throws Exception {
    List<String> names = new ArrayList<>(List.of(args));
    boolean quick = names.remove("--quick");
    List<String> known = SCENARIOS.stream().map(Scenario::name).toList();
    if (!known.containsAll(names)) {
      System.err.println("usage: bench [SCENARIO...] [--quick], with SCENARIO of " + known + ", or bench jmh [FILTER]");
      System.exit(2);
    }
    List<Scenario> wanted = SCENARIOS.stream()
        .filter(s -> names.isEmpty() ? !ON_DEMAND.contains(s.name()) : names.contains(s.name())).toList();
    System.exit(run(Path.of("target/bench"), new Scale(quick), wanted) ? 0 : 1);
  }

  /** Whether every scenario came to its end. */
  static boolean run(Path folder, Scale scale, List<Scenario> scenarios) throws Exception {
    long begin = System.nanoTime();
    boolean complete = true;
    Report report = new Report(Files.createDirectories(folder.toAbsolutePath()));
    try (Lab lab = new Lab(folder.toAbsolutePath(), scale)) {
      report.describe(scale, lab.backends().description());
      for (Scenario scenario : scenarios) {
        try {
          report.add(scenario.run(lab));
        } catch (Exception e) {
          complete = false;
          report.failed(scenario.name(), e);
        } finally {
          lab.tidy();
        }
      }
    }
    report.close(Duration.ofNanos(System.nanoTime() - begin));
    return complete;
  }

  static Scenario scenario(String name) {
    return SCENARIOS.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow(
        () -> new IllegalArgumentException(name + " is none of " + Arrays.toString(SCENARIOS.toArray())));
  }
}
