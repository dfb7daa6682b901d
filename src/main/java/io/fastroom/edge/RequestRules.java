package io.fastroom.edge;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.regex.Pattern;

/** What RFC 9112 demands of any request and the library does not check. Any thread. */
final class RequestRules {
  private static final Pattern HOST = Pattern.compile("([\\w.~!$&'()*+,;=%-]*|\\[[0-9A-Fa-f:.]+])(:\\d{0,5})?");

  private RequestRules() { }

  /** @throws Refused BAD_REQUEST */
  static void check(HttpServerRequest request) {
    // Of two, a proxy may have looked at the other one.
    if (request.headers().getAll(HttpHeaders.AUTHORIZATION).size() > 1) {
      throw new Refused(Problem.BAD_REQUEST, "A request has one Authorization");
    }
    if (request.version() == HttpVersion.HTTP_2) {
      return;
    }
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    if (hosts.size() > 1) {
      throw new Refused(Problem.BAD_REQUEST, "A request has one Host");
    }
    if (hosts.isEmpty() ? request.version() == HttpVersion.HTTP_1_1 : !HOST.matcher(hosts.get(0)).matches()) {
      throw new Refused(Problem.BAD_REQUEST, "Host must name a host");
    }
  }
}
