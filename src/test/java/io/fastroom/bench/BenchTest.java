package io.fastroom.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("alone")
class BenchTest {
  @Test
  void measures_a_real_node_that_loses_nothing(@TempDir Path folder) throws Exception {
    List<Scenario> scenarios = Stream.of("room", "storm").map(Bench::scenario).toList();
    assertThat(Bench.run(folder, new Scale(true), scenarios)).isTrue();
    List<JsonObject> results = Files.readAllLines(folder.resolve("results.jsonl")).stream().map(JsonObject::new).toList();
    JsonObject room = results.get(0);
    assertThat(room.getDouble("deliveries/s")).isPositive();
    assertThat(room.getDouble("CPU us/delivery")).isPositive();
    assertThat(room.getDouble("p99 ms")).isPositive();
    assertThat(room.getLong("lost") + room.getLong("doubled") + room.getLong("reordered") + room.getLong("out of seq"))
        .isZero();
    assertThat(results).extracting(result -> result.getString("troubles")).containsOnly("{}");
    assertThat(Files.readString(folder.resolve("report.html"))).contains("<polyline", "one room, 100 sockets", "storm");
  }
}
