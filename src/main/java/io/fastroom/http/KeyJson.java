package io.fastroom.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.fastroom.internals.JsonBytes;
import io.fastroom.model.ApiKey;
import io.fastroom.model.Scope;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;

/** The answers about keys. Any thread. */
final class KeyJson {
  private KeyJson() { }

  /** @param key as it is shown this once */
  static Buffer created(ApiKey made, String key) {
    return Buffer.buffer(JsonBytes.encode(256, json -> write(json, made, key)));
  }

  static Buffer list(List<ApiKey> keys) {
    return Buffer.buffer(JsonBytes.encode(512, json -> {
      json.writeStartArray();
      for (ApiKey each : keys) {
        write(json, each, null);
      }
      json.writeEndArray();
    }));
  }

  private static void write(JsonGenerator json, ApiKey each, String key) throws IOException {
    json.writeStartObject();
    json.writeNumberField("id", each.id());
    json.writeStringField("name", each.name());
    json.writeArrayFieldStart("scopes");
    for (Scope scope : each.scopes()) {
      json.writeString(scope.text());
    }
    json.writeEndArray();
    Json.writeTime(json, "created_at", each.createdAt());
    Json.writeTime(json, "expires", each.expiresAt());
    Json.writeTime(json, "last_used_at", each.lastUsedAt());
    if (key != null) {
      json.writeStringField("key", key);
    }
    json.writeEndObject();
  }
}
