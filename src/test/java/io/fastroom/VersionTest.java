package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A release has one version, whatever part of it one looks at. */
final class VersionTest {
  private static final Map<String, List<String>> PLACES = Map.of(
      "src/main/resources/web/package.json", List.of("\"version\": \"%s\""),
      "src/main/resources/web/README.md", List.of("fastroom-npm-%s.tgz"),
      "src/main/resources/docs/quickstart.md", List.of("fastroom-npm-%s.tgz"),
      "src/main/resources/openapi.yaml", List.of("\n  version: %s\n"),
      "src/main/resources/asyncapi.yaml", List.of("\n  version: %s\n"),
      "conf/chart/Chart.yaml", List.of("\nversion: %s\n", "\nappVersion: %s\n"),
      "README.md", List.of("tar xzf fastroom-%s.tar.gz"),
      "src/docs/changes.md", List.of("\n## %s"));

  @Test
  void every_part_is_of_the_version_of_the_pom() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    String version = Pattern.compile("<artifactId>fastroom</artifactId>\\s*<version>([^<]+)<").matcher(pom).results()
        .map(found -> found.group(1)).findFirst().orElseThrow();
    for (Map.Entry<String, List<String>> place : PLACES.entrySet()) {
      String text = Files.readString(Path.of(place.getKey()));
      for (String words : place.getValue()) {
        assertThat(text).as(place.getKey()).contains(words.formatted(version));
      }
    }
  }
}
