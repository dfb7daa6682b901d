package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases are what python-dotenv 1.2 itself made of each text (1.2.4), with OUTER set in its environment. */
class DotEnvTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("OUTER", "from outside");

  static Stream<JsonObject> cases() throws IOException {
    try (InputStream file = DotEnvTest.class.getResourceAsStream("/dotenv/cases.json")) {
      return new JsonArray(new String(file.readAllBytes(), StandardCharsets.UTF_8)).stream()
          .map(JsonObject.class::cast);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reads_as_python_dotenv_does(JsonObject c) {
    assertThat(DotEnv.read(c.getString("text"), ENVIRONMENT, line -> { }))
        .isEqualTo(c.getJsonObject("values").getMap());
  }

  @Test
  void passes_over_the_mark_that_windows_puts_before_a_text() {
    assertThat(DotEnv.read("\ufeffPORT=1\r\nHOST=x\r\n", Map.of(), line -> { })).isEqualTo(Map.of("PORT", "1", "HOST", "x"));
  }

  @Test
  void tells_the_lines_that_it_skips() {
    List<Integer> skipped = new ArrayList<>();
    DotEnv.read("A=1\njust text\n\nB='x' y\nC=\"never closed\nD=1", Map.of(), skipped::add);
    assertThat(skipped).containsExactly(2, 4, 5);
  }

  @Test
  void takes_a_value_of_any_length() {
    String key = "x\\\"\n".repeat(50_000);
    assertThat(DotEnv.read("A=\"" + key + "\"", Map.of(), line -> { }).get("A")).hasSize(150_000);
  }
}
