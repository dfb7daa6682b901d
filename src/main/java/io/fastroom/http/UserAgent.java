package io.fastroom.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** What a client calls itself, as shown to an account's owner. Any thread. */
final class UserAgent {
  private static final int MAX_LENGTH = 255;

  private UserAgent() { }

  /** @return null when it does not say */
  static String of(HttpServerRequest request) {
    String given = request.getHeader(HttpHeaders.USER_AGENT);
    if (given == null) {
      return null;
    }
    String text = given.replaceAll("[\\p{Cntrl}\\p{Cs}]", " ").strip();
    return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
  }
}
