package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.PostgresServer;
import io.fastroom.support.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program behind scripts/migrate, with nothing set but DATABASE_URL. */
@Tag("slow")
class MigrateTest {
  @TempDir Path folder;

  private int run(String url, String... arguments) throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-cp", target.resolve("classes") + ":" + target.resolve("lib") + "/*",
        Migrate.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("out").toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("FASTROOM") || name.endsWith("_URL")
        || name.equals("DEBUG"));
    builder.environment().put("DATABASE_URL", url);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private List<String> said() throws Exception {
    return Files.readAllLines(folder.resolve("out"));
  }

  @Test
  void needs_the_url_and_no_secret() throws Exception {
    try (PostgresServer server = PostgresServer.create(Map.of())) {
      assertThat(run(server.url(), "status")).isZero();
      assertThat(said()).allMatch(line -> line.startsWith("missing  "));
      assertThat(run(server.url(), "up")).isZero();
      assertThat(said()).last().asString().endsWith("change sets applied");
      assertThat(run(server.url(), "rollback", "1", "--wait", "3")).isZero();
      assertThat(run(server.url(), "--wait=3", "status")).isZero();
      assertThat(said()).last().asString().startsWith("missing  ");
      assertThat(run(server.url("missing"), "up")).isEqualTo(1);
      assertThat(said()).singleElement().asString().contains("does not exist");
    }
  }

  @Test
  void says_soon_that_nobody_is_there() throws Exception {
    try (Proxy road = new Proxy(1)) {
      road.blackHole();
      for (String at : List.of("127.0.0.1:1", "127.0.0.1:" + road.port())) {
        long begin = System.nanoTime();
        assertThat(run("postgresql://u:hush@" + at + "/d", "up")).isEqualTo(1);
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(12);
        assertThat(said()).last().asString().startsWith("FastRoom: cannot migrate: PostgreSQL at u@" + at)
            .doesNotContain("hush");
      }
    }
    try (Proxy road = new Proxy(1)) {
      road.blackHole();
      long begin = System.nanoTime();
      assertThat(run("postgresql://u@127.0.0.1:" + road.port() + "/d?connect_timeout=60", "up", "--wait", "3")).isEqualTo(1);
      assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(30);
    }
    long begin = System.nanoTime();
    assertThat(run("postgresql://u@127.0.0.1:1/d", "up", "--wait", "0")).isEqualTo(1);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)).isLessThan(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "down", "rollback", "rollback 0", "rollback x", "up up", "up --wait", "up --wait soon",
      "--wait 1", "status --help", "--wait 1 up --wait 2", "rollback -1"})
  void wrong_use_ends_with_2(String arguments) throws Exception {
    assertThat(run("postgresql://u@127.0.0.1:1/d", arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
    assertThat(said()).singleElement().asString().startsWith("usage: migrate ");
  }
}
