package io.fastroom.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which cores the node and the load run on, so that neither is moved about while it is measured: the node on the first
 * half, the load on the last one. PostgreSQL and Redis go where there is room.
 */
final class Cores {
  private static final int ALL = Runtime.getRuntime().availableProcessors();

  private Cores() { }

  /** Whether there are two cores and the tool that pins to them. */
  static boolean canPin() {
    return ALL > 1
        && Stream.of(System.getenv("PATH").split(":")).anyMatch(dir -> Files.isExecutable(Path.of(dir, "taskset")));
  }

  /** What a node's command line begins with. */
  static List<String> forNode(boolean pinned) {
    return pinned && canPin() ? List.of("taskset", "-c", "0-" + (ALL / 2 - 1)) : List.of();
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
