package io.fastroom.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.fastroom.internals.JsonBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The JSON of what a room sees but nobody stores: presence, typing, system lines. Any thread. */
public final class EphemeralJson {
  private static final JsonFactory JSON = new JsonFactory();

  private EphemeralJson() { }

  /** Who came and who went. */
  public record PresenceDiff(List<String> joined, List<String> left) { }

  public static byte[] joined(String room, String username) {
    return frame("presence_diff", room, json -> users(json, "join", username));
  }

  public static byte[] left(String room, String username) {
    return frame("presence_diff", room, json -> users(json, "leave", username));
  }

  /** @param count how many users are in the room then */
  public static byte[] diff(String room, List<String> joined, List<String> left, int count) {
    return frame("presence_diff", room, json -> {
      names(json, "join", joined);
      names(json, "leave", left);
      json.writeNumberField("count", count);
    });
  }

  /** All who are in the room. */
  public static byte[] state(String room, List<String> usernames) {
    return frame("presence_state", room, json -> array(json, "users", usernames));
  }

  /** Some of those who are in the room. @param count how many all are */
  public static byte[] partialState(String room, List<String> usernames, int count) {
    return frame("presence_state", room, json -> {
      array(json, "users", usernames);
      json.writeNumberField("count", count);
      json.writeBooleanField("partial", true);
    });
  }

  private static void names(JsonGenerator json, String field, List<String> usernames) throws IOException {
    if (!usernames.isEmpty()) {
      array(json, field, usernames);
    }
  }

  private static void array(JsonGenerator json, String field, List<String> usernames) throws IOException {
    json.writeArrayFieldStart(field);
    for (String username : usernames) {
      json.writeString(username);
    }
    json.writeEndArray();
  }

  public static byte[] system(String room, String message) {
    return frame("system", room, json -> json.writeStringField("message", message));
  }

  public static byte[] typing(String room, String username, boolean isTyping) {
    return frame("typing", room, json -> {
      json.writeStringField("user", username);
      json.writeBooleanField("isTyping", isTyping);
    });
  }

  private static void users(JsonGenerator json, String field, String username) throws IOException {
    json.writeArrayFieldStart(field);
    json.writeString(username);
    json.writeEndArray();
  }

  private static byte[] frame(String type, String room, JsonBytes.Writer body) {
    return JsonBytes.encode(128, json -> {
      json.writeStartObject();
      json.writeStringField("type", type);
      json.writeStringField("room", room);
      body.write(json);
      json.writeEndObject();
    });
  }

  /** Reads a {@code presence_diff}; anything else is read as an empty one. */
  public static PresenceDiff presenceDiff(byte[] encoded) {
    List<String> joined = new ArrayList<>();
    List<String> left = new ArrayList<>();
    try (JsonParser json = JSON.createParser(encoded)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (value == JsonToken.START_ARRAY && (field.equals("join") || field.equals("leave"))) {
          while (json.nextToken() == JsonToken.VALUE_STRING) {
            (field.equals("join") ? joined : left).add(json.getText());
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      return new PresenceDiff(List.of(), List.of());
    }
    return new PresenceDiff(joined, left);
  }
}
