package io.fastroom.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * The answer to an operation that succeeded.
 *
 * @param json null for none
 * @param next where the list continues, for the Link header; null at its end
 */
record Reply(int status, Buffer json, String next) {
  private static final CharSequence APPLICATION_JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  static final Reply ACCEPTED = new Reply(202, null, null);
  static final Reply NO_CONTENT = new Reply(204, null, null);

  /** Somebody else answers, for as long as it takes. */
  static final Reply STREAM = new Reply(0, null, null);

  static Reply ok(Buffer json) {
    return new Reply(200, json, null);
  }

  static Reply created(Buffer json) {
    return new Reply(201, json, null);
  }

  Reply withNext(String url) {
    return new Reply(status, json, url);
  }

  /** How much it is to be kept until it is written. */
  int length() {
    return json == null ? 0 : json.length();
  }

  /** @return when its client has taken it */
  Future<Void> write(HttpServerResponse response) {
    // That a client went away meanwhile is nobody's fault.
    if (this == STREAM || response.ended() || response.closed()) {
      return Future.succeededFuture();
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
    if (next != null) {
      response.putHeader("Link", "<" + next + ">; rel=\"next\"");
    }
    if (json == null) {
      return response.end();
    } else {
      // Written here because the length must also be there when the answer to a HEAD leaves the body out.
      return response.putHeader(HttpHeaders.CONTENT_TYPE, APPLICATION_JSON)
          .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(json.length())).end(json);
    }
  }
}
