package io.fastroom.websocket;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.fastroom.model.Emoji;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomNames;
import io.fastroom.wire.ExactNumbers;
import io.fastroom.wire.Rfc3339;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The fields of one inbound frame, read in one pass and checked when {@link FrameCodec} asks for them: fields that a
 * type does not use are never checked.
 *
 * <p>Limits: text 4,000 code points, room name as {@link RoomNames} has it, {@code ref} 64 characters, {@code client_id}
 * 128, nesting 32. NUL and lone surrogates, which neither PostgreSQL nor UTF-8 can hold, are refused everywhere.
 */
final class FieldReader {
  static final int MAX_TEXT = 4_000;
  private static final int MAX_REF = 64;
  private static final int MAX_CLIENT_ID = 128;
  private static final Set<String> KNOWN = Set.of("type", "ref", "room", "since", "since_ts", "if_member", "message",
      "client_id", "reply_to", "before_id", "seq", "isTyping", "message_id", "emoji", "on", "access_token");
  /** Stands for a value of a JSON type that no field has. */
  private static final Object OTHER = new Object();
  /** Unknown field names are not worth caching, let alone interning. */
  private static final JsonFactory JSON = JsonFactory.builder()
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(64).build())
      .build();

  private final Map<String, Object> values;
  private String ref;
  private String room;

  private FieldReader(Map<String, Object> values) {
    this.values = values;
  }

  static FieldReader read(String text) throws BadFrame {
    Map<String, Object> values = new HashMap<>(8);
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("a frame is a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_NULL) {
          values.remove(name);
        } else if (KNOWN.contains(name)) {
          values.put(name, value(json, token));
        }
        json.skipChildren();
      }
      if (json.nextToken() != null) {
        throw malformed("nothing may follow the JSON object");
      }
    } catch (IOException e) {
      throw malformed("not well-formed JSON");
    }
    FieldReader fields = new FieldReader(values);
    String room = fields.echo("room", RoomNames.MAX_GIVEN);
    fields.room = room != null && RoomNames.fits(room) ? room : null;
    fields.ref = "".equals(values.get("ref")) ? "" : fields.echo("ref", MAX_REF);
    if (fields.ref == null && values.containsKey("ref")) {
      throw fields.invalid("ref is a string of at most " + MAX_REF + " characters");
    }
    return fields;
  }

  private static Object value(JsonParser json, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING -> json.getText();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Objects.requireNonNullElse(ExactNumbers.integer(json), OTHER);
      default -> OTHER;
    };
  }

  private static BadFrame malformed(String detail) {
    return new BadFrame(Problem.INVALID_JSON, detail, null, null);
  }

  private BadFrame invalid(String detail) {
    return new BadFrame(Problem.INVALID_MESSAGE, detail, ref, room);
  }

  /** What may be repeated to the client in an error: null unless it is valid. */
  private String echo(String field, int max) {
    return values.get(field) instanceof String text && fits(text, max) ? text : null;
  }

  private static boolean fits(String text, int max) {
    return !text.isEmpty() && clean(text) && text.codePointCount(0, text.length()) <= max;
  }

  private static boolean clean(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c) || i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  BadFrame unknownType() {
    return new BadFrame(Problem.UNKNOWN_TYPE, "unknown type", ref, room);
  }

  String type() throws BadFrame {
    if (values.get("type") instanceof String type) {
      return type;
    }
    throw invalid("type is missing or not a string");
  }

  String ref() {
    return ref;
  }

  String room() throws BadFrame {
    if (room == null) {
      throw invalid("room is a string of 1 to " + RoomNames.MAX_LENGTH + " characters");
    }
    return room;
  }

  String message() throws BadFrame {
    if (!(values.get("message") instanceof String text) || text.isEmpty() || !clean(text)) {
      throw invalid("message is a string of 1 to 4,000 characters without NUL or lone surrogates");
    }
    if (text.codePointCount(0, text.length()) > MAX_TEXT) {
      throw new BadFrame(Problem.TOO_LONG, "message has more than 4,000 characters", ref, room);
    }
    return text;
  }

  String clientId() throws BadFrame {
    String id = echo("client_id", MAX_CLIENT_ID);
    if (id == null && values.containsKey("client_id")) {
      throw invalid("client_id is a string of 1 to " + MAX_CLIENT_ID + " characters");
    }
    return id;
  }

  /** Null when there is none. */
  Long replyTo() throws BadFrame {
    if (!values.containsKey("reply_to")) {
      return null;
    }
    if (values.get("reply_to") instanceof Long id && id > 0) {
      return id;
    }
    throw invalid("reply_to is the id of a message");
  }

  long since() throws BadFrame {
    if (!values.containsKey("since")) {
      return -1;
    }
    if (values.get("since") instanceof Long since && since >= 0) {
      return since;
    }
    throw invalid("since is the seq of an event, 0 or more");
  }

  /** Null when there is none. */
  Instant sinceTs() throws BadFrame {
    if (!values.containsKey("since_ts")) {
      return null;
    }
    if (values.get("since_ts") instanceof String text) {
      try {
        return Rfc3339.parse(text);
      } catch (DateTimeException e) {
        // Reported below.
      }
    }
    throw invalid("since_ts is the ts of the event at since, as RFC 3339 has it");
  }

  long beforeId() throws BadFrame {
    if (values.get("before_id") instanceof Long id && id >= 0) {
      return id;
    }
    throw invalid("before_id is the id of a message, or 0");
  }

  long seq() throws BadFrame {
    if (values.get("seq") instanceof Long seq && seq >= 0) {
      return seq;
    }
    throw invalid("seq is that of an event, 0 or more");
  }

  long messageId() throws BadFrame {
    if (values.get("message_id") instanceof Long id && id > 0) {
      return id;
    }
    throw invalid("message_id is the id of a message");
  }

  String emoji() throws BadFrame {
    if (values.get("emoji") instanceof String emoji && Emoji.isOne(emoji)) {
      return emoji;
    }
    throw invalid("emoji is one emoji, or a :name: of 1 to 32 letters, digits, _, + and -");
  }

  /** False when it does not say. */
  boolean ifMember() throws BadFrame {
    if (!values.containsKey("if_member")) {
      return false;
    }
    if (values.get("if_member") instanceof Boolean ifMember) {
      return ifMember;
    }
    throw invalid("if_member is true or false");
  }

  boolean on() throws BadFrame {
    if (values.get("on") instanceof Boolean on) {
      return on;
    }
    throw invalid("on is true or false");
  }

  boolean isTyping() throws BadFrame {
    if (values.get("isTyping") instanceof Boolean typing) {
      return typing;
    }
    throw invalid("isTyping is true or false");
  }

  String accessToken() throws BadFrame {
    if (values.get("access_token") instanceof String token && !token.isEmpty()) {
      return token;
    }
    throw invalid("access_token is a string");
  }
}
