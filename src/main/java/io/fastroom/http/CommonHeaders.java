package io.fastroom.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** The headers of every answer of the public port. Any thread. */
public final class CommonHeaders {
  static final String REQUEST_ID = "X-Request-Id";
  private static final CharSequence REQUEST_ID_HEADER = HttpHeaders.createOptimized(REQUEST_ID);
  private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence REFERRER_POLICY = HttpHeaders.createOptimized("Referrer-Policy");
  private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
  private static final CharSequence CONTENT_POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
  private static final CharSequence NOTHING = HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
  private static final Pattern REQUEST_ID_FORM = Pattern.compile("[\\w.-]{1,64}");

  private CommonHeaders() { }

  /** Adds them, unless they are there already. */
  public static void put(HttpServerRequest request) {
    MultiMap headers = request.response().headers();
    if (!headers.contains(REQUEST_ID_HEADER)) {
      String given = request.getHeader(REQUEST_ID_HEADER);
      headers.set(REQUEST_ID_HEADER, given != null && REQUEST_ID_FORM.matcher(given).matches()
          ? given : Long.toHexString(ThreadLocalRandom.current().nextLong()));
      headers.set(CONTENT_TYPE_OPTIONS, NOSNIFF).set(REFERRER_POLICY, NO_REFERRER).set(CONTENT_POLICY, NOTHING);
    }
  }

  /** The request's id in logs and in its answer; null before the headers were added. */
  public static String requestId(HttpServerRequest request) {
    return request.response().headers().get(REQUEST_ID_HEADER);
  }
}
