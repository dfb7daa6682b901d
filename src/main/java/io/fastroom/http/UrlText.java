package io.fastroom.http;

import io.vertx.core.http.HttpServerRequest;

/** Whether a URL can be read at all: percent-encoded UTF-8, without what no text may hold. Any thread. */
public final class UrlText {
  private UrlText() { }

  /** @throws InvalidInput 400 when it is no percent-encoded UTF-8, 422 for NUL */
  public static void check(HttpServerRequest request) {
    check(request.path());
    check(request.query());
  }

  private static void check(String raw) {
    if (raw != null && !PercentEncoding.isPlain(raw)) {
      String flaw = TextRules.flaw(PercentEncoding.url(raw));
      if (flaw != null) {
        throw InvalidInput.parameter("URL", flaw);
      }
    }
  }
}
