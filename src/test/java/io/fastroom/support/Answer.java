package io.fastroom.support;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpHeaders;

/** What a REST call gave. */
public record Answer(int status, HttpHeaders headers, String text) {

  public JsonObject json() {
    return new JsonObject(text);
  }

  public JsonArray array() {
    return new JsonArray(text);
  }

  public String header(String name) {
    return headers.firstValue(name).orElse(null);
  }

  /** This, or a failure that shows the body. */
  public Answer expect(int wanted) {
    if (status != wanted) {
      throw new AssertionError("expected " + wanted + ", got " + status + ": " + text);
    }
    return this;
  }
}
