package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastroom.internals.JsonBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The fields of events of a kind unknown to this version: copied, never interpreted. Any thread. */
final class OtherFields {
  /** Those that every event has; they are kept apart from the fields. */
  private static final Set<String> COMMON = Set.of("type", "room", "seq", "ts");
  private static final JsonFactory JSON = new JsonFactory();

  private OtherFields() { }

  /** The fields of an event as a JSON object. */
  static String read(byte[] event) {
    byte[] fields = JsonBytes.encode(256, json -> {
      json.writeStartObject();
      try (JsonParser parser = JSON.createParser(event)) {
        copy(parser, json);
      }
      json.writeEndObject();
    });
    return new String(fields, StandardCharsets.UTF_8);
  }

  /** Writes the fields of a JSON object into the one being written. */
  static void write(JsonGenerator json, String fields) throws IOException {
    try (JsonParser parser = JSON.createParser(fields)) {
      copy(parser, json);
    }
  }

  private static void copy(JsonParser from, JsonGenerator to) throws IOException {
    from.nextToken();
    while (from.nextToken() == JsonToken.FIELD_NAME) {
      boolean common = COMMON.contains(from.currentName());
      from.nextToken();
      if (common) {
        from.skipChildren();
      } else {
        to.writeFieldName(from.currentName());
        to.copyCurrentStructure(from);
      }
    }
  }
}
