package io.fastroom.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The machine's own Node.js and npm. */
public final class NodeJs {
  private static final long LIMIT_SECONDS = 180;

  /** How a program ended and what it said, errors included. */
  public record Run(int exit, String output) { }

  private NodeJs() { }

  /** MockTimers knows dates since 20.16 and 22. */
  public static boolean hasNode() {
    return succeeds("node", "-e", "process.exit(process.versions.node.split('.')[0] >= 20 ? 0 : 1)");
  }

  public static boolean hasNpm() {
    return succeeds("npm", "--version");
  }

  private static boolean succeeds(String... command) {
    try {
      return run(Path.of("."), List.of(command)).exit == 0;
    } catch (UncheckedIOException absent) {
      return false;
    }
  }

  /** Runs a program in the folder to its end, which has to come within some minutes. */
  public static Run run(Path folder, List<String> command) {
    try {
      Path output = Files.createTempFile(Folders.kept("node"), "output", ".txt");
      Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
          .redirectInput(new File("/dev/null")).redirectOutput(output.toFile()).start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        Signals.kill(process.toHandle());
        throw new AssertionError(command + " takes over " + LIMIT_SECONDS + " s\n" + Files.readString(output));
      }
      return new Run(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
