package io.fastroom.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A program that runs until it is closed, with what it says, errors included, in a file. */
public final class Program implements AutoCloseable {
  private final Process process;
  private final Path output;

  private Program(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** @param command whose first word must be there, or the test is skipped by name */
  public static Program start(List<String> command, Map<String, String> environment) {
    String runtime = command.get(0);
    assumeTrue(NodeJs.run(Path.of("."), List.of("sh", "-c", "command -v " + runtime)).exit() == 0,
        () -> command + " IS NOT TESTED: " + runtime + " is missing");
    try {
      Path output = Files.createTempFile(Folders.kept("programs"), "output", ".txt");
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
          .redirectInput(new File("/dev/null")).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      return new Program(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String said() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code kill -9}. */
  public void kill() {
    Signals.kill(process.toHandle());
    process.onExit().join();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
