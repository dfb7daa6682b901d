package io.fastroom.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Sessions of processes, among which Linux shares the processors before it does within each. */
public final class Session {
  private static final Path PROGRAM = Path.of("/usr/bin/setsid");

  private Session() { }

  /** What a command begins with that is to have one of its own; nothing on a system without. */
  public static List<String> own() {
    return Files.isExecutable(PROGRAM) ? List.of(PROGRAM.toString()) : List.of();
  }
}
