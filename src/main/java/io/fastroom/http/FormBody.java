package io.fastroom.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;

/** Reads the fields of a form ({@code application/x-www-form-urlencoded}), strictly. Any thread. */
final class FormBody {
  private FormBody() { }

  /** @throws InvalidInput 400 when it is not a form in UTF-8, 422 when a field occurs twice or cannot be stored */
  static JsonObject read(Buffer body) {
    JsonObject fields = new JsonObject();
    for (String field : body.toString(StandardCharsets.ISO_8859_1).split("&")) {
      if (!field.isEmpty()) {
        int equals = field.indexOf('=');
        put(fields, PercentEncoding.form(equals < 0 ? field : field.substring(0, equals)),
            equals < 0 ? "" : PercentEncoding.form(field.substring(equals + 1)));
      }
    }
    return fields;
  }

  /** Adds a field of either kind of form. @throws InvalidInput 422 when it occurs twice or cannot be stored */
  static void put(JsonObject fields, String name, String value) {
    String pointer = "/" + name.replace("~", "~0").replace("/", "~1");
    String flaw = TextRules.flaw(name);
    if (flaw != null) {
      throw InvalidInput.body("", flaw);
    }
    flaw = TextRules.flaw(value);
    if (flaw == null && fields.containsKey(name)) {
      flaw = "must be given once";
    }
    if (flaw != null) {
      throw InvalidInput.body(pointer, flaw);
    }
    fields.put(name, value);
  }
}
