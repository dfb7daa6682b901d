package io.fastroom.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which content codings a client accepts (RFC 9110, 12.5.3). Any thread. */
final class AcceptEncoding {
  private static final Pattern ENTRY =
      Pattern.compile("\\s*([\\w!#$%&'*+.^`|~-]+)\\s*(?:;\\s*[qQ]\\s*=\\s*(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?)\\s*)?");

  private AcceptEncoding() { }

  /** Whether gzip is wanted at least as much as the content as it is. */
  static boolean prefersGzip(HttpServerRequest request) {
    Map<String, Double> weights = new HashMap<>();
    for (String entry : String.join(",", request.headers().getAll(HttpHeaders.ACCEPT_ENCODING)).split(",")) {
      Matcher form = ENTRY.matcher(entry);
      if (form.matches()) {
        weights.put(form.group(1).toLowerCase(Locale.ROOT),
            form.group(2) == null ? 1.0 : Double.parseDouble(form.group(2)));
      }
    }
    Double others = weights.get("*");
    double gzip = weights.getOrDefault("gzip", weights.getOrDefault("x-gzip", others == null ? 0 : others));
    // When neither is named, the content as it is remains acceptable as a last resort.
    double identity = weights.getOrDefault("identity", others == null ? 0 : Math.min(others, gzip));
    return gzip > 0 && gzip >= identity;
  }
}
