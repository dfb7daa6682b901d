package io.fastroom.management;

import io.fastroom.bus.Refused;
import io.fastroom.http.ProblemHandler;
import io.fastroom.model.Problem;
import io.fastroom.settings.Origin.Authority;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/**
 * Keeps web pages away from the management port: in DNS rebinding, a page's own host name suddenly points to this
 * machine, and that name is in the Host of its requests. A port bound to loopback answers to loopback's names only. A
 * port bound to more also answers to addresses, which cannot be rebound, and to names without a dot, as containers
 * have. A client that sends no Host is no browser.
 *
 * <p>Thread: any.
 */
final class OwnHosts implements Handler<RoutingContext> {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Authority bound;
  private final ProblemHandler problems;

  /** @param host what the port is bound to */
  OwnHosts(String host, ProblemHandler problems) {
    this.bound = Authority.parse(host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host);
    this.problems = problems;
  }

  @Override
  public void handle(RoutingContext ctx) {
    if (allows(ctx.request())) {
      ctx.next();
    } else {
      problems.answer(ctx.request(), new Refused(Problem.MISDIRECTED_REQUEST, "The management port has another address"));
    }
  }

  private boolean allows(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
    if (hosts.isEmpty()) {
      return true;
    }
    Authority host = hosts.size() > 1 ? null : Authority.parse(hosts.get(0));
    if (host == null) {
      return false;
    }
    return LOOPBACK.contains(host.host()) || bound != null && bound.host().equals(host.host())
        || !isLoopback() && (host.isAddress() || host.host().indexOf('.') < 0);
  }

  private boolean isLoopback() {
    return bound != null && (LOOPBACK.contains(bound.host()) || bound.isAddress() && bound.host().startsWith("127."));
  }
}
