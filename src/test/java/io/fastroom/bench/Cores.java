package io.fastroom.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which cores the node and the load run on, so that neither is moved about while it is measured: the node on the first
 * half, the load on the last one. PostgreSQL and Redis go where there is room.
 */
final class Cores {
  /** Ends by itself with whoever started it. */
  private static final String SPIN = "while kill -0 $PPID; do i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; done";
  private static final int ALL = Runtime.getRuntime().availableProcessors();

  private Cores() { }

  /** Whether there are two cores and the tool that pins to them. */
  static boolean canPin() {
    return ALL > 1 && has("taskset");
  }

  private static boolean has(String program) {
    return Stream.of(System.getenv("PATH").split(":")).anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
  }

  /** What a node's command line begins with. */
  static List<String> forNode(boolean pinned) {
    return pinned && canPin() ? List.of("taskset", "-c", "0-" + (ALL / 2 - 1)) : List.of();
  }

  /**
   * Lets something of the least priority spin on each of the node's cores: to wake a core that sleeps costs a virtual
   * machine more than what it is woken for, and a node that has anything to do does not sleep. Nothing without chrt.
   */
  static List<Process> keepAwake() throws IOException {
    List<Process> spins = new ArrayList<>();
    for (int core = 0; core < ALL / 2 && canPin() && has("chrt"); core++) {
      spins.add(new ProcessBuilder("taskset", "-c", "" + core, "chrt", "-i", "0", "sh", "-c", SPIN).start());
    }
    return spins;
  }

  /** Puts a thread of this process on the last core. */
  static void pinLoad(String thread) throws IOException, InterruptedException {
    if (!canPin()) {
      return;
    }
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      for (Path task : tasks.toList()) {
        if (Files.readString(task.resolve("comm")).strip().equals(thread)) {
          new ProcessBuilder("taskset", "-cp", "" + (ALL - 1), task.getFileName().toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        }
      }
    }
  }
}
