package io.fastroom.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.wire.EventJson;
import io.fastroom.wire.WatchJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Holds asyncapi.yaml and the protocol's records together. */
class AsyncApiTest {
  private static JsonObject document;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream file = AsyncApiTest.class.getResourceAsStream("/asyncapi.yaml")) {
      Map<String, Object> yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(file);
      document = new JsonObject(yaml);
    }
  }

  private static JsonObject payload(String message) {
    return document.getJsonObject("components").getJsonObject("messages").getJsonObject(message).getJsonObject("payload");
  }

  private static List<JsonObject> payloads(String operation) {
    return document.getJsonObject("operations").getJsonObject(operation).getJsonArray("messages").stream()
        .map(ref -> ((JsonObject) ref).getString("$ref")).map(ref -> payload(ref.substring(ref.lastIndexOf('/') + 1)))
        .toList();
  }

  private static String type(JsonObject payload) {
    return payload.getJsonObject("properties").getJsonObject("type").getString("const");
  }

  private static Set<String> types(String operation) {
    return payloads(operation).stream().map(AsyncApiTest::type).collect(Collectors.toSet());
  }

  @Test
  void names_every_frame_a_client_may_send_with_its_fields() {
    assertThat(types("receive")).isEqualTo(FrameCodec.CLIENT_TYPES.keySet());
    for (JsonObject payload : payloads("receive")) {
      Set<String> fields = new HashSet<>(payload.getJsonObject("properties").fieldNames());
      fields.remove("type");
      assertThat(fields.stream().map(field -> field.replace("_", "").toLowerCase()))
          .as(type(payload)).containsExactlyInAnyOrderElementsOf(
              Arrays.stream(FrameCodec.CLIENT_TYPES.get(type(payload)).getRecordComponents())
                  .map(RecordComponent::getName).map(String::toLowerCase).toList());
    }
  }

  @Test
  void names_every_frame_a_client_may_get() {
    assertThat(types("answer")).isEqualTo(Set.copyOf(FrameCodec.SERVER_TYPES.values()));
    Set<String> events = Arrays.stream(RoomEvent.Kind.values()).map(EventJson::type).collect(Collectors.toSet());
    events.addAll(Set.of("presence_diff", "typing", "system"));
    assertThat(types("deliver")).isEqualTo(events);
    assertThat(types("list")).isEqualTo(WatchJson.TYPES);
  }

  @Test
  void names_the_fields_of_a_chat_that_answers_a_repeated_one() {
    Instant then = Instant.EPOCH;
    Message gone = new Message(1, 2, 3, "alice", "text", then, then, "alice", false, "c1").withdrawn();
    JsonObject told = new JsonObject(Buffer.buffer(EventJson.encode(Chat.of(4, "general", gone))));
    assertThat(payload("chat").getJsonObject("properties").fieldNames()).containsAll(told.fieldNames());
  }

  @Test
  void every_close_code_stands_in_the_description() {
    String description = document.getJsonObject("info").getString("description");
    for (CloseCode closeCode : CloseCode.values()) {
      assertThat(description).contains("| " + closeCode.code() + " |");
    }
  }
}
