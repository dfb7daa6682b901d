package io.fastroom.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A PostgreSQL of our own on a free port of the loopback address, with its data on disk. When we are root it runs in a
 * user namespace, since PostgreSQL refuses to run as root.
 */
final class LocalPostgres implements AutoCloseable {
  private static final String DATABASE = "fastroom";
  /** The line of postmaster.pid, counted from 0. */
  private static final int PORT_LINE = 3;

  private final EmbeddedPostgres server;

  private LocalPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  static Path pidFile(Path data) {
    return data.resolve("postgres/postmaster.pid");
  }

  /** The URL of the server that the file names, if that process is alive; else null. */
  static String runningUrl(Path data) {
    try {
      List<String> lines = Files.exists(pidFile(data)) ? Files.readAllLines(pidFile(data)) : List.of();
      boolean runs = lines.size() > PORT_LINE
          && ProcessHandle.of(Long.parseLong(lines.get(0).strip())).filter(ProcessHandle::isAlive).isPresent();
      return runs ? "postgresql://postgres@127.0.0.1:" + lines.get(PORT_LINE).strip() + "/" + DATABASE : null;
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }

  static LocalPostgres start(Path data, Path binaries) throws IOException {
    Path directory = data.resolve("postgres");
    Path log = data.resolve("postgres.log");
    Path unfinished = data.resolve("postgres.unfinished");
    if (Files.exists(unfinished)) {
      delete(directory);
    }
    // Nothing uses this directory any more: a process that has this number by now is another program.
    Files.deleteIfExists(pidFile(data));
    Files.deleteIfExists(log);
    if (!Files.exists(directory)) {
      Files.write(unfinished, new byte[0]);
    }
    try {
      LocalPostgres postgres = new LocalPostgres(builder(directory, binaries, Redirect.appendTo(log.toFile())).start());
      // The library lets everybody write where the programs are that we start.
      Files.setPosixFilePermissions(binaries, PosixFilePermissions.fromString("rwxr-xr-x"));
      postgres.createDatabase();
      Files.deleteIfExists(unfinished);
      return postgres;
    } catch (IOException | IllegalStateException | SQLException e) {
      throw new StartFailure("the embedded PostgreSQL does not start, see " + log + why(log), e);
    }
  }

  private static EmbeddedPostgres.Builder builder(Path directory, Path binaries, Redirect log) {
    return EmbeddedPostgres.builder()
        .setOverrideWorkingDirectory(binaries.toFile())
        .setDataDirectory(directory).setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(Duration.ofSeconds(30))
        .setOutputRedirector(log).setErrorRedirector(log)
        // The same sort order and lower case on every machine, whatever its locale.
        .setLocaleConfig("locale", "C").setLocaleConfig("locale-provider", "builtin")
        .setLocaleConfig("builtin-locale", "C.UTF-8")
        // The library turns both off for tests; here a commit must survive a power cut.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_connections", "200")
        .setServerConfig("shared_buffers", "128MB")
        .setServerConfig("timezone", "UTC")
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "");
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = server.getPostgresDatabase().getConnection();
         Statement statement = connection.createStatement();
         ResultSet found =
             statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")) {
      if (!found.next()) {
        statement.execute("CREATE DATABASE " + DATABASE);
      }
    }
  }

  /** What it ended with in its own words, else the last line, which is initdb's or the library's. */
  private static String why(Path log) throws IOException {
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    for (int i = lines.size() - 1; i >= 0; i--) {
      int fatal = lines.get(i).indexOf("FATAL:");
      if (fatal >= 0) {
        int detail = i + 1 < lines.size() ? lines.get(i + 1).indexOf("DETAIL:") : -1;
        return ": " + lines.get(i).substring(fatal) + (detail < 0 ? "" : " " + lines.get(i + 1).substring(detail));
      }
    }
    return lines.isEmpty() ? "" : ": " + lines.get(lines.size() - 1);
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  String url() {
    return "postgresql://postgres@127.0.0.1:" + server.getPort() + "/" + DATABASE;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
