package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.settings.Setting;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bin/fastroom, in a tree as scripts/dist packs it, called from an empty folder. */
@Tag("slow")
final class CommandsTest {
  @TempDir Path folder;
  private Path program;
  private Path work;

  @BeforeEach
  void unpack() throws Exception {
    Path home = folder.resolve("a tr\u00e9e");
    program = Files.createDirectories(home.resolve("bin")).resolve("fastroom");
    Files.copy(Path.of("src/build/fastroom"), program);
    Files.createSymbolicLink(home.resolve("conf"), Path.of("conf").toAbsolutePath());
    Files.createSymbolicLink(home.resolve("fastroom.jar"), Path.of("target/classes").toAbsolutePath());
    Files.createSymbolicLink(home.resolve("lib"), Path.of("target/lib").toAbsolutePath());
    work = Files.createDirectories(folder.resolve("work"));
  }

  private int run(Map<String, String> settings, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true)
        .redirectOutput(folder.resolve("said").toFile());
    for (Setting setting : Setting.values()) {
      builder.environment().remove(setting.name());
    }
    builder.environment().remove("redis_url");
    builder.environment().putAll(Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS",
        "-XX:TieredStopAtLevel=1 -Xmx192m"));
    // That of many a service, whatever the names of its folders.
    builder.environment().put("LC_ALL", "C");
    builder.environment().putAll(settings);
    Process process = builder.start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private List<String> said() throws Exception {
    return Files.readAllLines(folder.resolve("said"));
  }

  @Test
  void says_what_was_built() throws Exception {
    assertThat(run(Map.of(), "--version")).isZero();
    String version = Files.readString(Path.of("pom.xml")).split("<version>", 2)[1].split("<", 2)[0];
    assertThat(said()).singleElement().asString().startsWith("FastRoom " + version + " (commit ");
  }

  @Test
  void wrong_use_ends_with_2() throws Exception {
    for (String[] wrong : List.of(new String[] {}, new String[] {"serve"}, new String[] {"run", "fast"},
        new String[] {"check-config", "x"}, new String[] {"scale", "edge"}, new String[] {"health", "well"},
        new String[] {"migrate"}, new String[] {"admin"})) {
      assertThat(run(Map.of(), wrong)).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(said()).singleElement().asString().startsWith("usage: ");
    }
  }

  @Test
  void check_config_names_everything_that_is_wrong_and_touches_nothing() throws Exception {
    assertThat(run(Map.of(), "check-config")).isZero();
    assertThat(said()).containsExactly("All settings are allowed.");

    assertThat(run(Map.of("PORT", "many", "LOG_LEVEL", "LOUD", "DATABASE_URL", "postgresql://u:hush@127.0.0.1:1/d"),
        "check-config")).isEqualTo(1);
    assertThat(said()).hasSize(3).allMatch(line -> line.startsWith("FastRoom: "))
        .anyMatch(line -> line.contains("PORT=many")).anyMatch(line -> line.contains("LOG_LEVEL=LOUD"))
        .anyMatch(line -> line.contains("FASTROOM_SECRET=(not shown)")).noneMatch(line -> line.contains("hush"));

    Files.writeString(work.resolve("wrong.pem"), "no certificate");
    assertThat(run(Map.of("TLS_CERTIFICATE", "wrong.pem", "TLS_KEY", "wrong.pem"), "check-config")).isEqualTo(1);
    assertThat(said()).singleElement().asString().contains("TLS_CERTIFICATE=wrong.pem");
    assertThat(run(Map.of("WS_CHATRATE", "1"), "check-config")).isEqualTo(1);
    assertThat(said()).singleElement().asString().contains("WS_CHAT_RATE");
    assertThat(run(Map.of("WS_CHATRATE", "1", "FASTROOM_SECRT", "x", "PORT", "many"), "check-config")).isEqualTo(1);
    assertThat(said()).hasSize(3).anyMatch(line -> line.contains("WS_CHAT_RATE"))
        .anyMatch(line -> line.contains("FASTROOM_SECRET")).anyMatch(line -> line.contains("PORT=many"));
    assertThat(run(Map.of("SMTP_URL", "smtp://127.0.0.1"), "check-config")).isZero();
    assertThat(said()).hasSize(2).first().asString().contains("WARN", "PUBLIC_URL is not set");
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).containsExactly(work.resolve("wrong.pem"));
    }
  }

  @Test
  void says_in_json_why_it_cannot_start_where_logs_are_json() throws Exception {
    for (Map<String, String> wrong : List.of(Map.of("LOG_FORMAT", "json", "PORT", "many"),
        Map.of("LOG_FORMAT", "json", "WS_CHATRATE", "1"), Map.of("LOG_FORMAT", "json", "HOST", "192.0.2.1"))) {
      assertThat(run(wrong, "run")).isEqualTo(1);
      JsonObject line = new JsonObject(said().get(0));
      assertThat(said()).hasSize(1);
      assertThat(line.getString("level")).isEqualTo("ERROR");
      assertThat(line.getString("message")).startsWith("FastRoom: ");
    }
  }
}
