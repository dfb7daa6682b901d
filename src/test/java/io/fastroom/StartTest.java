package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.ClockShim;
import io.fastroom.support.Ports;
import io.fastroom.support.Rest;
import io.fastroom.support.TestCertificates;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process, as someone sees it who has just cloned the project: no setting, nothing but what it brings. */
@Tag("slow")
final class StartTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path folder;

  private final int port = Ports.free();
  private final int managementPort = Ports.free();
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (Process process : started) {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void keeps_what_was_said_when_it_is_killed_and_stops_cleanly_when_told() throws Exception {
    Process first = serving("first");
    new Rest(url(), null).post("/register", new JsonObject().put("username", "alice").put("password", "a password"))
        .expect(201);
    first.destroyForcibly().waitFor();

    Process second = serving("second");
    new Rest(url(), null).form("/token", Map.of("username", "alice", "password", "a password")).expect(200);

    Process third = start("third", Map.of());
    assertThat(third.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(third.exitValue()).isEqualTo(1);
    assertThat(lines("third")).singleElement().asString().contains("PORT=" + port);
    new Rest(url(), null).get("/health").expect(200);

    second.destroy();
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).isZero();
    assertThat(processesOf(folder)).isEmpty();
    assertThat(lines("second")).first().asString().startsWith("FastRoom serves http://localhost:" + port);
    assertThat(lines("second").get(1)).matches("  version +\\d+\\.\\d+\\.\\d+, commit \\w+");
  }

  @Test
  void says_in_one_line_what_is_wrong_with_a_setting() throws Exception {
    for (Map<String, String> wrong : List.of(Map.of("LOG_LEVEL", "LOUD"), Map.of("WS_CHAT_RATE", "many"),
        Map.of("REDIS_URL", "localhost"),
        Map.of("TRUSTED_PROXIES", "10.0.0.0/33"), Map.of("WS_CHATRATE", "1"), Map.of("WS_ORIGINS", "https://*"),
        Map.of("TLS_CERTIFICATE", "wrong.log", "TLS_KEY", "wrong.log"), Map.of("DATABASE_URL",
            "postgresql://u:hush@nowhere.invalid/x"))) {
      Process process = start("wrong", wrong);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(lines("wrong")).singleElement().asString().startsWith("FastRoom: ").doesNotContain("hush");
    }
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void says_in_one_line_that_the_data_can_be_nowhere() throws Exception {
    for (String nowhere : List.of("nowhere.log", "/proc/nowhere", "da\"ta", "$data", "da`ta", "da\\ta")) {
      Process process = start("nowhere", Map.of("DATA_DIR", nowhere));
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(lines("nowhere")).singleElement().asString()
          .startsWith("FastRoom: DATA_DIR=" + nowhere + " cannot be used");
      assertThat(folder.resolve(nowhere)).as(nowhere).satisfiesAnyOf(path -> assertThat(path).doesNotExist(),
          path -> assertThat(path).isRegularFile());
    }
  }

  @Test
  void says_in_one_line_that_the_locale_has_no_such_path() throws Exception {
    for (String name : List.of("DATA_DIR", "REDIS_TLS_CA", "TLS_CERTIFICATE")) {
      Process process = start("locale", Map.of(name, "/nowhere/d\u00e4ta", "LC_ALL", "C"));
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(lines("locale")).singleElement().asString().startsWith("FastRoom: " + name + "=")
          .contains("is not allowed");
    }
  }

  @Test
  void refuses_a_key_that_is_another_certificates() throws Exception {
    TestCertificates certificates = new TestCertificates();
    certificates.sign("old", "localhost", "DNS:localhost");
    certificates.sign("new", "localhost", "DNS:localhost");
    Process process = start("foreign", Map.of("TLS_CERTIFICATE", certificates.path("new.crt"),
        "TLS_KEY", certificates.path("old.key")));
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(lines("foreign")).singleElement().asString().contains("TLS_CERTIFICATE=").contains("TLS_KEY is not the key");
  }

  @Test
  void says_in_one_line_that_a_port_is_taken_and_starts_nothing() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String number = String.valueOf(taken.getLocalPort());
      Process process = start("taken", Map.of("MANAGEMENT_PORT", number));
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(lines("taken")).singleElement().asString().contains("MANAGEMENT_PORT=" + number);
    }
    Process same = start("same", Map.of("MANAGEMENT_PORT", String.valueOf(port)));
    assertThat(same.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(lines("same")).singleElement().asString().contains("MANAGEMENT_PORT=" + port);
    assertThat(folder.resolve("data")).doesNotExist();
  }

  /** It would wait for a minute; who takes it out of service meanwhile need not. */
  @Test
  void ends_when_told_while_it_waits_for_postgres() throws Exception {
    Process waiting = start("waiting", Map.of("LOG_LEVEL", "INFO", "DEBUG", "true", "REDIS_URL", "redis://127.0.0.1:1",
        "DATABASE_URL", "postgresql://127.0.0.1:1/nobody"));
    Until.holds("it waits", PATIENCE, () -> lines("waiting").stream().anyMatch(line -> line.contains("waiting for")));

    waiting.destroy();

    assertThat(waiting.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(waiting.exitValue()).isZero();
  }

  /** As soon as a machine has booted its clock is set, which is when its services wait for each other. */
  @Test
  void waits_as_long_for_postgres_when_the_clock_is_set_meanwhile() throws Exception {
    try (ClockShim clock = new ClockShim()) {
      Map<String, String> settings = new HashMap<>(clock.environment());
      settings.putAll(Map.of("LOG_LEVEL", "INFO", "DEBUG", "true", "REDIS_URL", "redis://127.0.0.1:1", "DATABASE_URL",
          "postgresql://127.0.0.1:1/nobody"));
      Process waiting = start("set", settings);
      Until.holds("it waits", PATIENCE, () -> lines("set").stream().anyMatch(line -> line.contains("waiting for")));

      clock.moveTo(Duration.ofHours(1));

      assertThat(waiting.waitFor(10, TimeUnit.SECONDS)).as("it has given up: " + lines("set")).isFalse();
      waiting.destroy();
      assertThat(waiting.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Ctrl-C ends all that the terminal runs, a PostgreSQL that is just starting among it. */
  @Test
  void ends_when_told_while_its_own_postgres_starts_and_ends() throws Exception {
    Process interrupted = start("interrupted", Map.of());
    Until.holds("PostgreSQL is started", PATIENCE, () -> processesOf(folder).stream().anyMatch(StartTest::isPostgres));
    while (processesOf(folder).stream().anyMatch(StartTest::isPostgres)) {
      processesOf(folder).stream().filter(StartTest::isPostgres).forEach(ProcessHandle::destroyForcibly);
    }
    interrupted.destroy();

    assertThat(interrupted.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(interrupted.exitValue()).isZero();
    assertThat(lines("interrupted")).isEmpty();
    assertThat(processesOf(folder)).isEmpty();
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().filter(name -> name.endsWith("/pg_ctl")).isPresent()
        || process.info().arguments().filter(words -> List.of(words).contains("-p")).isPresent();
  }

  private String url() {
    return "http://127.0.0.1:" + port;
  }

  private Process serving(String name) throws IOException {
    Process process = start(name, Map.of());
    Until.holds("the node serves", PATIENCE, () -> {
      if (!process.isAlive()) {
        throw new AssertionError("it ended: " + lines(name));
      }
      return new Rest(url(), null).get("/health").status() == 200;
    });
    return process;
  }

  private Process start(String name, Map<String, String> settings) throws IOException {
    Path target = Path.of("target").toAbsolutePath();
    ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx192m", "-XX:TieredStopAtLevel=1", "-cp", target.resolve("classes") + ":" + target.resolve("lib") + "/*",
        FastRoom.class.getName());
    builder.environment().keySet().removeAll(List.of("DATABASE_URL", "REDIS_URL", "redis_url"));
    builder.environment().putAll(Map.of("HOST", "127.0.0.1", "PORT", String.valueOf(port), "MANAGEMENT_PORT",
        String.valueOf(managementPort), "LOG_LEVEL", "ERROR"));
    builder.environment().putAll(settings);
    Process process = builder.directory(folder.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile()).start();
    started.add(process);
    return process;
  }

  private List<String> lines(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name + ".log"));
  }

  private static List<ProcessHandle> processesOf(Path folder) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().command().filter(name -> name.startsWith(folder.toString())).isPresent())
        .toList();
  }
}
