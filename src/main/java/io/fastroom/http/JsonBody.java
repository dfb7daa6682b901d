package io.fastroom.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.fastroom.wire.ExactNumbers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * Reads the JSON object of a request; {@link BodyRule} checks it by its schema.
 *
 * <p>Thread: any. Limits: {@value #MAX_DEPTH} levels, no field twice, no NUL and no lone surrogate in any text.
 */
final class JsonBody {
  private static final int MAX_DEPTH = 32;
  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private JsonBody() { }

  /**
   * @throws InvalidInput 400 when it is not JSON, 422 when it is not an object or contains text that cannot be stored
   */
  static JsonObject read(Buffer body) {
    // As characters: given bytes, the parser would also guess UTF-16 and UTF-32.
    String text = PercentEncoding.utf8(body.getBytes());
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      Object value = value(json, "");
      if (json.nextToken() != null) {
        throw InvalidInput.json("There is something after the JSON");
      }
      if (value instanceof JsonObject object) {
        return object;
      }
      throw InvalidInput.body("", "must be a JSON object");
    } catch (IOException e) {
      throw InvalidInput.json("The body is not JSON, or nested too deeply, or names a field twice");
    }
  }

  private static Object value(JsonParser json, String pointer) throws IOException {
    JsonToken token = json.currentToken();
    if (token == null) {
      throw InvalidInput.json("The body is empty");
    }
    return switch (token) {
      case START_OBJECT -> object(json, pointer);
      case START_ARRAY -> array(json, pointer);
      case VALUE_STRING -> text(json.getText(), pointer);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json, pointer);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Number number(JsonParser json, String pointer) throws IOException {
    Long integer = ExactNumbers.integer(json);
    if (integer == null && ExactNumbers.isWhole(json)) {
      throw InvalidInput.body(pointer, "must be within 64 bits");
    }
    return integer == null ? json.getDoubleValue() : integer;
  }

  private static JsonObject object(JsonParser json, String pointer) throws IOException {
    JsonObject object = new JsonObject();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = text(json.currentName(), pointer);
      json.nextToken();
      object.put(name, value(json, pointer + "/" + name.replace("~", "~0").replace("/", "~1")));
    }
    return object;
  }

  private static JsonArray array(JsonParser json, String pointer) throws IOException {
    JsonArray array = new JsonArray();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(json, pointer + "/" + array.size()));
    }
    return array;
  }

  private static String text(String text, String pointer) {
    String flaw = TextRules.flaw(text);
    if (flaw != null) {
      throw InvalidInput.body(pointer, flaw);
    }
    return text;
  }
}
