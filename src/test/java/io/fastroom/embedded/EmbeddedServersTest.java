package io.fastroom.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.settings.Settings;
import io.fastroom.settings.SettingsReader;
import io.fastroom.support.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
final class EmbeddedServersTest {
  @TempDir Path folder;

  @Test
  void keeps_its_data_over_a_restart_and_syncs_commits() throws Exception {
    try (EmbeddedServers servers = EmbeddedServers.start(settings())) {
      assertThat(sql(servers.settings(), "SHOW fsync")).isEqualTo("on");
      sql(servers.settings(), "CREATE TABLE kept (x int); INSERT INTO kept VALUES (7); SELECT 1");
      assertThat(redis(servers.settings(), "SET kept 8")).isEqualTo("+OK");
      try (Stream<Path> all = Files.walk(folder)) {
        assertThat(all.filter(Files::isDirectory)).noneMatch(EmbeddedServersTest::isEverybodys);
      }
    }
    try (EmbeddedServers servers = EmbeddedServers.start(settings())) {
      assertThat(sql(servers.settings(), "SELECT x FROM kept")).isEqualTo("7");
      assertThat(redis(servers.settings(), "STRLEN kept")).isEqualTo(":1");
      assertThat(redis(servers.settings(), "CONFIG GET notify-keyspace-events")).isEqualTo("*2");
    }
    assertThat(leftovers()).isEmpty();
  }

  private static boolean isEverybodys(Path path) {
    try {
      return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void ends_what_a_killed_node_left_and_starts_with_its_data() throws Exception {
    Process node = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), Node.class.getName(), folder.toString())
        .redirectErrorStream(true).start();
    try (Scanner output = new Scanner(node.getInputStream(), StandardCharsets.UTF_8)) {
      while (!output.nextLine().equals("started")) {
        assertThat(node.isAlive()).isTrue();
      }
      assertThatThrownBy(() -> EmbeddedServers.start(settings())).isInstanceOf(StartFailure.class)
          .hasMessageContaining("in use by another FastRoom (process " + node.pid() + ")");
    } finally {
      node.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
    try (EmbeddedServers servers = EmbeddedServers.start(settings())) {
      assertThat(sql(servers.settings(), "SELECT x FROM kept")).isEqualTo("7");
    }
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void leaves_nothing_when_its_whole_group_is_killed() throws Exception {
    Process node = new ProcessBuilder("setsid", Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        System.getProperty("java.class.path"), Node.class.getName(), folder.toString())
        .redirectErrorStream(true).start();
    try (Scanner output = new Scanner(node.getInputStream(), StandardCharsets.UTF_8)) {
      while (!output.nextLine().equals("started")) {
        assertThat(node.isAlive()).isTrue();
      }
    } finally {
      new ProcessBuilder("kill", "-9", "--", "-" + node.pid()).start().waitFor();
    }
    Until.holds("both servers end", () -> leftovers().isEmpty());
  }

  @Test
  void begins_anew_after_a_first_start_that_was_cut_off() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.createFile(data.resolve("postgres.unfinished"));
    Files.createDirectories(data.resolve("postgres"));
    Files.writeString(data.resolve("postgres/postgresql.conf"), "half written");

    try (EmbeddedServers servers = EmbeddedServers.start(settings())) {
      assertThat(sql(servers.settings(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void says_in_postgres_own_words_why_it_does_not_start() throws Exception {
    EmbeddedServers.start(settings()).close();
    Files.writeString(folder.resolve("data/postgres/PG_VERSION"), "16\n");
    assertThatThrownBy(() -> EmbeddedServers.start(settings())).isInstanceOf(StartFailure.class)
        .hasMessageMatching(".*: FATAL:  database files are incompatible with server DETAIL:  .* version 16, .*");
    assertThat(leftovers()).isEmpty();
  }

  /** A node that is killed. */
  static final class Node {
    public static void main(String[] folder) throws Exception {
      Settings settings = EmbeddedServers.start(settings(Path.of(folder[0]))).settings();
      sql(settings, "CREATE TABLE kept (x int); INSERT INTO kept VALUES (7); SELECT 1");
      System.out.println("started");
      Thread.currentThread().join();
    }
  }

  private Settings settings() {
    return settings(folder);
  }

  private static Settings settings(Path folder) {
    return SettingsReader.read(Map.of("DATA_DIR", folder.resolve("data").toString()), folder);
  }

  private List<ProcessHandle> leftovers() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().filter(command -> command.startsWith(folder.toString())).isPresent())
        .toList();
  }

  private static String sql(Settings settings, String statements) throws SQLException {
    URI url = URI.create(settings.database().url());
    try (Connection connection = DriverManager.getConnection(
        "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(), "postgres", "");
         var statement = connection.createStatement()) {
      boolean rows = statement.execute(statements);
      while (!rows && statement.getUpdateCount() >= 0) {
        rows = statement.getMoreResults();
      }
      ResultSet result = statement.getResultSet();
      result.next();
      return result.getString(1);
    }
  }

  private static String redis(Settings settings, String command) throws IOException {
    URI url = URI.create(settings.redis().url());
    try (Socket socket = new Socket(url.getHost(), url.getPort());
         Scanner answer = new Scanner(socket.getInputStream(), StandardCharsets.UTF_8)) {
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      return answer.nextLine();
    }
  }
}
