package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * A wall clock that a test moves under one process or several: put {@link #environment} into theirs. It is the C of
 * {@code src/test/c}, so without a C compiler a test that needs it is aborted and says so.
 */
public final class ClockShim implements AutoCloseable {
  private static Path library;

  private final Path file;

  public ClockShim() {
    library();
    try {
      file = Files.createTempFile("fastroom-clock", ".offset");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    moveTo(Duration.ZERO);
  }

  private static synchronized Path library() {
    if (library == null) {
      library = compile();
    }
    return library;
  }

  private static Path compile() {
    Path made = Path.of("target", "clock_shim.so").toAbsolutePath();
    Path fresh = made.resolveSibling("clock_shim." + ProcessHandle.current().pid() + ".so");
    try {
      Process gcc = new ProcessBuilder(List.of("gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o",
          fresh.toString(), "src/test/c/clock_shim.c", "-ldl")).redirectErrorStream(true).start();
      String said = new String(gcc.getInputStream().readAllBytes());
      if (gcc.waitFor() != 0) {
        throw new AssertionError("gcc: " + said);
      }
      return Files.move(fresh, made, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      System.err.println("SKIPPED: tests that move a clock need gcc, and it cannot be run: " + e.getMessage());
      throw new TestAbortedException("no gcc", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public Map<String, String> environment() {
    return Map.of("LD_PRELOAD", library().toString(), "CLOCK_SHIM_FILE", file.toString());
  }

  /** How far from the machine's clock theirs is from now on. */
  public void moveTo(Duration offset) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, offset.toMillis());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(bytes, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
