package io.fastroom.upgrade;

import io.fastroom.support.Folders;
import io.fastroom.support.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What {@link NextVersion} is started from: a copy of everything there is, and what is new. */
final class NextRelease {
  static final String VERSION = "99.0.0";
  private static final String PROGRAM = NextVersion.class.getName();

  private final Path folder = Folders.kept("next-release");
  private final String classPath = folder + ":" + Path.of("target/lib").toAbsolutePath() + "/*";

  NextRelease() throws IOException {
    Path now = Path.of("target/classes");
    try (Stream<Path> all = Files.walk(now)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        copy(file, now.relativize(file).toString());
      }
    }
    Files.writeString(folder.resolve("db/changelog/root.yaml"),
        "\n  - include: {file: 990-polls.sql, relativeToChangelogFile: true}\n", StandardOpenOption.APPEND);
    copy(Path.of("src/test/resources/next/990-polls.sql"), "db/changelog/990-polls.sql");
    String program = PROGRAM.replace('.', '/') + ".class";
    copy(Path.of("target/test-classes", program), program);
    Files.writeString(folder.resolve("io/fastroom/build.properties"), "version=" + VERSION + "\ncommit=none\n");
  }

  private void copy(Path file, String to) throws IOException {
    Path target = folder.resolve(to);
    Files.createDirectories(target.getParent());
    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
  }

  NodeProcess started(NodeProcess node) {
    return node.of(classPath, PROGRAM);
  }

  /** A command of its {@code fastroom}. Returns what it has printed; fails when it does not end with 0. */
  String run(String databaseUrl, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-cp", classPath, PROGRAM));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("FASTROOM") || name.endsWith("_URL"));
    builder.environment().put("DATABASE_URL", databaseUrl);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new AssertionError(said);
    }
    return said;
  }
}
