package io.fastroom.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** Reads the fields of a form ({@code application/x-www-form-urlencoded}), strictly. Any thread. */
final class FormBody {
  private FormBody() { }

  /** @throws InvalidInput 400 when it is no form in UTF-8, 422 when a field comes twice or cannot be kept */
  static JsonObject read(Buffer body) {
    JsonObject fields = new JsonObject();
    for (String field : body.toString(StandardCharsets.ISO_8859_1).split("&")) {
      if (!field.isEmpty()) {
        int equals = field.indexOf('=');
        String name = decode(equals < 0 ? field : field.substring(0, equals), "");
        String pointer = "/" + name.replace("~", "~0").replace("/", "~1");
        if (fields.containsKey(name)) {
          throw InvalidInput.body(pointer, "must be given once");
        }
        fields.put(name, equals < 0 ? "" : decode(field.substring(equals + 1), pointer));
      }
    }
    return fields;
  }

  private static String decode(String raw, String pointer) {
    String text = PercentEncoding.form(raw);
    String flaw = TextRules.flaw(text);
    if (flaw != null) {
      throw InvalidInput.body(pointer, flaw);
    }
    return text;
  }
}
