package io.fastroom.http;

import io.fastroom.auth.Principal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * One call of an operation, with its input checked against openapi.yaml.
 *
 * @param principal null when the operation is public
 * @param parameters of path and query, Long or String, with defaults filled in
 * @param body empty when there is none
 * @param headOnly whether the answer has no body: a stream must not begin
 */
record Call(HttpServerRequest request, String requestId, Principal principal, Map<String, Object> parameters,
            JsonObject body, boolean headOnly) {
  long userId() {
    return principal.userId();
  }

  /** An integer parameter; 0 when it is absent and has no default. */
  long number(String parameter) {
    return parameters.get(parameter) instanceof Long number ? number : 0;
  }

  String text(String parameter) {
    return (String) parameters.get(parameter);
  }

  int limit() {
    return (int) number("limit");
  }

  long offset() {
    return number("offset");
  }

  boolean ascending() {
    return "asc".equals(text("order"));
  }

  long roomId() {
    return number("room_id");
  }

  boolean has(String parameter) {
    return parameters.containsKey(parameter);
  }
}
