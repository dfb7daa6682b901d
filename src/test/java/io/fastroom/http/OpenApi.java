package io.fastroom.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** openapi.yaml as tests walk it, its references resolved. */
final class OpenApi {
  private static final JsonObject DOCUMENT = read();

  /** One operation with a request that is good. */
  record Call(String id, String method, String path, boolean secured, JsonObject responses, String mediaType,
              String body) {
    Set<Integer> statuses() {
      Set<Integer> statuses = new TreeSet<>();
      responses.fieldNames().forEach(status -> statuses.add(Integer.parseInt(status)));
      return statuses;
    }

    int success() {
      return statuses().stream().filter(status -> status < 300).findFirst().orElseThrow();
    }

    /** Null when the answer has no body. */
    JsonObject schema(int status) {
      JsonObject content = responses.getJsonObject(String.valueOf(status)).getJsonObject("content");
      return content == null || content.containsKey("text/event-stream") ? null
          : content.getJsonObject(content.fieldNames().iterator().next()).getJsonObject("schema");
    }

    String url() {
      return (path.equals("/search") ? "/search?q=hello" : path)
          .replace("{room_id}", "42").replace("{user_id}", "7").replace("{message_id}", "4711")
          .replace("{invite_id}", "4711").replace("{key_id}", "12").replace("{webhook_id}", "4711")
          .replace("{session_id}", "4711")
          .replace("{username}", "alice").replace("{room_name}", "general");
    }
  }

  private OpenApi() { }

  private static JsonObject read() {
    try {
      return Contract.yaml("/openapi.yaml");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject schema(String name) {
    return DOCUMENT.getJsonObject("components").getJsonObject("schemas").getJsonObject(name);
  }

  static List<Call> calls(String refreshToken) {
    return DOCUMENT.getJsonObject("paths").stream().flatMap(path -> operations(path.getKey(), refreshToken)).toList();
  }

  private static Stream<Call> operations(String path, String refreshToken) {
    JsonObject item = (JsonObject) resolve(DOCUMENT.getJsonObject("paths").getJsonObject(path));
    return item.stream().filter(entry -> !entry.getKey().equals("parameters"))
        .map(entry -> call(path, entry.getKey(), (JsonObject) entry.getValue(), refreshToken));
  }

  private static Call call(String path, String method, JsonObject operation, String refreshToken) {
    JsonArray security = operation.getJsonArray("security", DOCUMENT.getJsonArray("security"));
    boolean secured = !security.isEmpty() && security.stream().noneMatch(way -> ((JsonObject) way).isEmpty());
    JsonObject body = operation.getJsonObject("requestBody");
    String type = body == null ? null : body.getJsonObject("content").fieldNames().iterator().next();
    String id = operation.getString("operationId");
    String text = type == null ? null : switch (id) {
      case "createToken" -> "username=alice&password=correct+horse";
      case "refreshToken", "logout" -> new JsonObject().put("refresh_token", refreshToken).encode();
      default -> example(body.getJsonObject("content").getJsonObject(type).getJsonObject("schema")).encode();
    };
    return new Call(id, method.toUpperCase(), path, secured, operation.getJsonObject("responses"), type, text);
  }

  /** What the examples of a schema make together. */
  private static JsonObject example(JsonObject schema) {
    JsonObject example = new JsonObject();
    schema.getJsonObject("properties").forEach(property -> {
      JsonObject value = (JsonObject) property.getValue();
      example.put(property.getKey(), value.containsKey("examples")
          ? value.getJsonArray("examples").getValue(0) : "boolean".equals(value.getValue("type")));
    });
    return example;
  }

  /** A copy with every reference replaced by what it names. */
  private static Object resolve(Object value) {
    if (value instanceof JsonArray array) {
      return new JsonArray(array.stream().map(OpenApi::resolve).toList());
    }
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    if (object.getValue("$ref") instanceof String ref) {
      Object target = DOCUMENT;
      for (String step : ref.substring(2).split("/")) {
        target = ((JsonObject) target).getValue(step);
      }
      return resolve(target);
    }
    JsonObject copy = new JsonObject();
    object.forEach(entry -> copy.put(entry.getKey(), resolve(entry.getValue())));
    return copy;
  }
}
