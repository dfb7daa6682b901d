package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alert rules, their tests, what the manual says about them, and the dashboard. */
final class AlertsTest {
  private static final Path RULES = Path.of("conf/prometheus-alerts.yml");
  private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");
  private static final Pattern FIRES = Pattern.compile("(?m)^ +- alertname: (\\w+)\\n +eval_time: \\w+\\n +exp_alerts:");
  private static final Pattern QUIET = Pattern.compile("alertname: (\\w+), eval_time: \\w+ }");
  private static final Pattern LINE = Pattern.compile("(?m)^\\| `(FastRoom\\w+)` \\| \\S.* \\|$");
  private static final Pattern SERIES = Pattern.compile("\\bfastroom_[a-z_]+");
  /** Of libraries. */
  private static final Pattern THEIRS = Pattern.compile("fastroom_(vertx|jvm|process|system)_.*");

  private static Set<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(found -> found.groupCount() == 0 ? found.group() : found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void every_alert_is_tested_both_ways_and_has_a_line_that_says_what_to_do() throws IOException {
    Set<String> alerts = all(ALERT, Files.readString(RULES));
    String tests = Files.readString(Path.of("src/test/prometheus/alerts.yml"));
    assertThat(alerts).hasSizeGreaterThan(30);
    assertThat(all(FIRES, tests)).isEqualTo(alerts);
    assertThat(all(QUIET, tests)).isEqualTo(alerts);
    assertThat(all(LINE, Files.readString(Path.of("src/docs/operating.md")))).isEqualTo(alerts);
  }

  @Test
  void the_dashboard_shows_all_that_an_alert_is_about() throws IOException {
    Set<String> shown = all(SERIES, Files.readString(Path.of("conf/grafana-dashboard.json")));
    Set<String> alarming = all(SERIES, Files.readString(RULES));
    alarming.removeAll(shown);
    // They say nothing over time.
    assertThat(alarming).containsExactly("fastroom_oidc_keys", "fastroom_oidc_keys_age_seconds",
        "fastroom_process_files_max_files", "fastroom_process_files_open_files", "fastroom_redis_evicting");
  }

  @Test
  void rules_and_dashboard_name_only_series_that_a_node_has() throws IOException {
    String sources = sources();
    Set<String> series = all(SERIES, Files.readString(RULES));
    assertThat(series).hasSizeGreaterThan(25);
    new JsonObject(Files.readString(Path.of("conf/grafana-dashboard.json"))).getJsonArray("panels").stream()
        .map(JsonObject.class::cast).flatMap(panel -> panel.getJsonArray("targets").stream()).map(JsonObject.class::cast)
        .forEach(target -> series.addAll(all(SERIES, target.getString("expr"))));
    series.removeIf(name -> THEIRS.matcher(name).matches());
    assertThat(series).allMatch(name -> Stream.of("", "_total", "_bytes", "_bytes_total", "_seconds", "_seconds_bucket",
        "_seconds_count", "_seconds_sum").filter(name::endsWith)
        .map(end -> name.substring(0, name.length() - end.length()))
        .anyMatch(base -> sources.contains('"' + base + '"') || sources.contains('"' + base.replace('_', '.') + '"')));
  }

  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      List<Path> all = files.filter(file -> file.toString().endsWith(".java")).toList();
      StringBuilder text = new StringBuilder();
      for (Path file : all) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }
}
