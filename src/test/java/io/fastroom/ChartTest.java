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
}
