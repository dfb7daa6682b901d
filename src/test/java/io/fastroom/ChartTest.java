package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Programs;
import io.fastroom.support.Programs.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart, by the tools that those have who use one. After the others, as {@code .ci/run} builds the tools meanwhile. */
@Tag("alone")
final class ChartTest {
  private static final String CHART = "conf/chart";
  private static final String ALL = "autoscaling.enabled=true,ingress.enabled=true,ingress.tlsSecret=tls,"
      + "monitoring.serviceMonitor=true,monitoring.prometheusRule=true,monitoring.dashboard=true";
  private static final List<String> KINDS = List.of("Deployment", "Job", "Service", "PodDisruptionBudget",
      "HorizontalPodAutoscaler", "NetworkPolicy", "Ingress", "ServiceMonitor", "PrometheusRule", "ConfigMap");
  @TempDir Path folder;

  private Path rendered(String values) throws Exception {
    List<String> command = new ArrayList<>(List.of("helm", "template", "fastroom", CHART, "--kube-version", "1.30.0"));
    if (!values.isEmpty()) {
      command.addAll(List.of("--set", values));
    }
    Ended ended = Programs.run(command.toArray(String[]::new));
    assertThat(ended.code()).as(ended.said()).isZero();
    Path file = folder.resolve("chart.yaml");
    // Helm says on its other output that files are links.
    Files.writeString(file, ended.said().replaceAll("(?m)^walk\\.go:.*\\n", ""));
    return file;
  }

  @Test
  void helm_finds_no_fault() {
    Programs.assumeThere("helm");
    Ended lint = Programs.run("helm", "lint", "--strict", CHART);
    assertThat(lint.code()).as(lint.said()).isZero();
  }

  @Test
  void makes_what_kubernetes_takes() throws Exception {
    Programs.assumeThere("helm", "kubeconform");
    for (String values : List.of("", ALL)) {
      Ended judged = Programs.run("kubeconform", "-strict", "-summary", "-schema-location",
          "src/test/kubernetes/{{ .ResourceKind }}{{ .KindSuffix }}.json", rendered(values).toString());
      assertThat(judged.code()).as(judged.said()).isZero();
      assertThat(judged.said()).contains("Invalid: 0, Errors: 0, Skipped: 0").doesNotContain("Valid: 0");
    }
    assertThat(Files.readString(folder.resolve("chart.yaml")))
        .contains(KINDS.stream().map(kind -> "kind: " + kind).toList());
  }

  /** Of a file of values Helm reads every number as one with a point, and writes large ones with an exponent. */
  @Test
  void numbers_of_settings_stay_what_they_are() throws Exception {
    Programs.assumeThere("helm");
    Path values = folder.resolve("values.yaml");
    Files.writeString(values, "settings: {REFRESH_TOKEN_EXP_SECONDS: 2592000, WS_CHAT_RATE: 5}\n"
        + "stopping: {noticeSeconds: 1.5}\n");

    Ended ended = Programs.run("helm", "template", "fastroom", CHART, "--kube-version", "1.30.0", "-f", values.toString());

    assertThat(ended.said()).contains("REFRESH_TOKEN_EXP_SECONDS, value: \"2592000\"", "WS_CHAT_RATE, value: \"5\"",
        "DRAIN_NOTICE_SECONDS, value: \"1.5\"");
  }

  @Test
  void files_that_settings_name_are_there_for_the_nodes_and_the_migration() throws Exception {
    Programs.assumeThere("helm", "kubeconform");
    Path values = folder.resolve("values.yaml");
    Files.writeString(values, """
        settings: {REDIS_TLS_CA: /etc/fastroom/ca/ca.crt}
        volumes: [{name: ca, secret: {secretName: redis-ca}}]
        volumeMounts: [{name: ca, mountPath: /etc/fastroom/ca, readOnly: true}]
        """);
    Ended ended = Programs.run("helm", "template", "fastroom", CHART, "--kube-version", "1.30.0", "-f", values.toString());
    assertThat(ended.said().split("secretName: redis-ca", -1)).hasSize(3);
    assertThat(ended.said().split("mountPath: /etc/fastroom/ca", -1)).hasSize(3);
    Path file = folder.resolve("chart.yaml");
    Files.writeString(file, ended.said().replaceAll("(?m)^walk\\.go:.*\\n", ""));
    Ended judged = Programs.run("kubeconform", "-strict", "-summary", "-schema-location",
        "src/test/kubernetes/{{ .ResourceKind }}{{ .KindSuffix }}.json", file.toString());
    assertThat(judged.code()).as(judged.said()).isZero();
  }

  /** A second value of one name is another drain than the pod is given time for, or a port that nobody asks. */
  @Test
  void settings_that_the_chart_makes_itself_are_refused() {
    Programs.assumeThere("helm");
    for (String name : List.of("PORT", "MANAGEMENT_HOST", "MANAGEMENT_PORT", "DRAIN_SECONDS", "DRAIN_NOTICE_SECONDS",
        "SERVER_ID")) {
      Ended ended = Programs.run("helm", "template", "fastroom", CHART, "--kube-version", "1.30.0", "--set",
          "settings." + name + "=7");
      assertThat(ended.code()).as(name).isNotZero();
      assertThat(ended.said()).contains("settings." + name);
    }
  }
}
