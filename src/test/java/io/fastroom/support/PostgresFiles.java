package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.stream.Stream;

/** The files of PostgreSQL: its programs, and a data directory copied while its server runs. */
final class PostgresFiles {
  private static final Set<String> OF_THE_PROCESS = Set.of("postmaster.pid", "postmaster.opts", "pg_wal",
      "pg_replslot", "pg_stat_tmp", "postgresql.auto.conf");

  private PostgresFiles() { }

  static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    to.toFile().setReadable(false, false);
    Files.setPosixFilePermissions(to, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    Files.walkFileTree(from, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes a) throws IOException {
        Path relative = from.relativize(each);
        if (OF_THE_PROCESS.contains(relative.toString())) {
          return FileVisitResult.SKIP_SUBTREE;
        }
        Files.createDirectories(to.resolve(relative));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path each, BasicFileAttributes a) throws IOException {
        if (!OF_THE_PROCESS.contains(from.relativize(each).toString())) {
          try {
            Files.copy(each, to.resolve(from.relativize(each)));
          } catch (NoSuchFileException droppedMeanwhile) {
            return FileVisitResult.CONTINUE;
          }
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path each, IOException droppedMeanwhile) {
        return FileVisitResult.CONTINUE;
      }
    });
  }

  static Path binaries() {
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        var newest = versions.map(version -> version.resolve("bin"))
            .filter(bin -> Files.isExecutable(bin.resolve("initdb"))).max(java.util.Comparator.naturalOrder());
        if (newest.isPresent()) {
          return newest.get();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Backends.postgres().binaries();
  }
}
