package io.fastroom;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReadmeTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| `?([^|`]+)`? \\| [^|]+ \\|$");

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
}
