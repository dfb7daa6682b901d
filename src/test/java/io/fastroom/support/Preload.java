package io.fastroom.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * What changes the system under a process that a test starts. It is the C of {@code src/test/c}, so without a C compiler a
 * test that needs it is aborted and says so.
 */
public final class Preload {
  private static final Map<String, Path> LIBRARIES = new HashMap<>();

  private Preload() { }

  /** For the process. @param name that of the file in {@code src/test/c}, without its ending */
  public static synchronized Map<String, String> environment(String name) {
    return Map.of("LD_PRELOAD", LIBRARIES.computeIfAbsent(name, Preload::compile).toString());
  }

  private static Path compile(String name) {
    Path made = Path.of("target", name + ".so").toAbsolutePath();
    Path fresh = made.resolveSibling(name + "." + ProcessHandle.current().pid() + ".so");
    try {
      Process gcc = new ProcessBuilder(List.of("gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o",
          fresh.toString(), "src/test/c/" + name + ".c", "-ldl")).redirectErrorStream(true).start();
      String said = new String(gcc.getInputStream().readAllBytes());
      if (gcc.waitFor() != 0) {
        throw new AssertionError("gcc: " + said);
      }
      return Files.move(fresh, made, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      System.err.println("SKIPPED: tests with " + name + " need gcc, and it cannot be run: " + e.getMessage());
      throw new TestAbortedException("no gcc", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
