package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Programs of the machine, which a test is aborted without. */
public final class Programs {
  /** What a program ended with, and both its outputs. */
  public record Ended(int code, String said) { }

  private Programs() { }

  public static void assumeThere(String... programs) {
    for (String program : programs) {
      Assumptions.assumeTrue(Stream.of(System.getenv("PATH").split(":")).map(path -> Path.of(path, program))
          .anyMatch(Files::isExecutable), program + " is not there");
    }
  }

  /** Runs it to its end, a minute at most. */
  public static Ended run(String... command) {
    Path out = Folders.temporary("fastroom-program");
    try {
      Process process = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true)
          .redirectOutput(out.resolve("said").toFile()).start();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(command[0] + " has not ended within a minute");
      }
      return new Ended(process.exitValue(), Files.readString(out.resolve("said"), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      Folders.delete(out);
    }
  }
}
