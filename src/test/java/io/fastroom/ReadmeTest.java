package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ReadmeTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| `?([^|`]+)`? \\| [^|]+ \\|$");

  private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w+Test)`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  @Test
  void lists_every_setting_with_its_default() throws IOException {
    Map<String, String> documented = new LinkedHashMap<>();
    Matcher rows = ROW.matcher(Files.readString(Path.of("README.md")));
    while (rows.find()) {
      documented.put(rows.group(1), rows.group(2).strip());
    }
    Map<String, String> known = new LinkedHashMap<>();
    Arrays.stream(Setting.values()).forEach(setting -> known.put(setting.name(), setting.whenUnset));

    assertThat(documented).containsExactlyEntriesOf(known);
  }

  @Test
  void documents_name_only_tests_and_files_that_exist() throws IOException {
    Set<String> tests = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      files.forEach(file -> tests.add(file.getFileName().toString().replace(".java", "")));
    }
    for (Path document : documents()) {
      String text = Files.readString(document);
      NAMED_TEST.matcher(text).results().forEach(test -> assertThat(tests).as(document.toString()).contains(test.group(1)));
      LINK.matcher(text).results().map(link -> link.group(1).split("#")[0])
          .filter(link -> !link.isEmpty() && !link.contains(":"))
          .forEach(link -> assertThat(document.resolveSibling(link)).as("link in " + document).exists());
    }
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/docs"))) {
      return Stream.concat(Stream.of(Path.of("README.md")), files.filter(file -> file.toString().endsWith(".md"))).toList();
    }
  }
}
