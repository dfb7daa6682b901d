package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.Folders;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Ports;
import io.fastroom.support.Programs;
import io.fastroom.support.Rest;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The alert rules as a real Prometheus takes them. */
class PrometheusTest extends Story {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Path RULES = Path.of("conf/prometheus-alerts.yml").toAbsolutePath();

  private final Path folder = Folders.temporary("fastroom-prometheus");

  @BeforeEach
  void programs_are_there() {
    Programs.assumeThere("prometheus", "promtool");
    closing(() -> Folders.delete(folder));
  }

  private Process start(String... command) throws IOException {
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("said").toFile()).start();
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("said"));
  }

  @Test
  void promtool_finds_no_fault_and_each_alert_fires_for_what_it_is_about() {
    Programs.Ended check = Programs.run("promtool", "check", "rules", RULES.toString());
    assertThat(check.code()).as(check.said()).isZero();
    Programs.Ended tests = Programs.run("promtool", "test", "rules", "src/test/prometheus/alerts.yml");
    assertThat(tests.code()).as(tests.said()).isZero();
  }

  @Test
  void a_node_is_scraped_and_its_end_is_an_alarm() throws Exception {
    NodeProcess node = closing(Cluster.start(Cluster.UNLIMITED));
    Rest prometheus = prometheus(node);
    Until.holds("the node is scraped", LIMIT, () -> value(prometheus, "fastroom_serving") == 1);
    assertThat(value(prometheus, "count(fastroom_build_info)")).isEqualTo(1);
    Until.holds("every rule can be evaluated", LIMIT, () -> rules(prometheus).stream()
        .allMatch(rule -> rule.getString("health").equals("ok")));
    assertThat(rules(prometheus)).hasSizeGreaterThan(30)
        .allMatch(rule -> !rule.getString("name").equals("FastRoomNodeDown") || rule.getString("state").equals("inactive"));
    node.kill9();
    Until.holds("its end is noticed", LIMIT, () -> rules(prometheus).stream()
        .anyMatch(rule -> rule.getString("name").equals("FastRoomNodeDown") && rule.getString("state").equals("firing")));
  }

  /** It asks and thinks every second and does not hesitate. */
  private Rest prometheus(NodeProcess node) throws IOException {
    Files.writeString(folder.resolve("rules.yml"), Files.readString(RULES).replaceAll("(?m)^ +for: .*\\n", ""));
    Files.writeString(folder.resolve("prometheus.yml"), """
        global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
        rule_files: [rules.yml]
        scrape_configs:
          - job_name: fastroom
            static_configs: [{ targets: ["127.0.0.1:PORT"] }]
        """.replace("PORT", "" + node.managementPort()));
    int port = Ports.free();
    Process process = start("prometheus", "--config.file=" + folder.resolve("prometheus.yml"),
        "--storage.tsdb.path=" + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port);
    closing(() -> {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    });
    Rest api = new Rest("http://127.0.0.1:" + port, null);
    Until.holds("Prometheus serves", LIMIT, () -> {
      if (!process.isAlive()) {
        throw new AssertionError(said());
      }
      return api.get("/-/ready").status() == 200;
    });
    return api;
  }

  private static double value(Rest prometheus, String query) {
    JsonObject result = prometheus.get("/api/v1/query?query=" + query).expect(200).json().getJsonObject("data")
        .getJsonArray("result").getJsonObject(0);
    return Double.parseDouble(result.getJsonArray("value").getString(1));
  }

  private static List<JsonObject> rules(Rest prometheus) {
    return prometheus.get("/api/v1/rules").expect(200).json().getJsonObject("data").getJsonArray("groups")
        .getJsonObject(0).getJsonArray("rules").stream().map(JsonObject.class::cast).toList();
  }
}
