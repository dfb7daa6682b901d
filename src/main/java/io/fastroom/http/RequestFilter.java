package io.fastroom.http;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What happens to every request before it is routed: its path is normalised, it gets an id, the common headers and
 * CORS, and its time is measured when it is over.
 *
 * <p>Thread: the request's.
 */
final class RequestFilter implements Handler<RoutingContext> {
  private static final String BY_NAME = "/rooms/by-name/";
  private static final String STARTED = "started";
  private static final String HEAD_ONLY = "fastroom.head";
  /** How long an unread body may continue after the answer. */
  private static final long LINGER_MILLIS = 5_000;
  /** Of HTTP/2: the rest of a body is not needed, as the answer to it is there (RFC 9113, 8.1). */
  private static final long NO_ERROR = 0;

  private final Cors cors;
  private final RestMetrics metrics;
  private final ProblemHandler problems;
  /** The methods allowed at a path, none when there is nothing. */
  private final Function<String, Set<String>> methods;

  RequestFilter(Cors cors, RestMetrics metrics, ProblemHandler problems, Function<String, Set<String>> methods) {
    this.cors = cors;
    this.metrics = metrics;
    this.problems = problems;
    this.methods = methods;
  }

  /** Whether the answer has no body. It is routed as a GET, and says so of itself. */
  static boolean isHeadOnly(RoutingContext ctx) {
    return ctx.get(HEAD_ONLY) != null;
  }

  static String requestId(RoutingContext ctx) {
    return CommonHeaders.requestId(ctx.request());
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    boolean head = request.method() == HttpMethod.HEAD;
    if (head) {
      ctx.put(HEAD_ONLY, true);
    }
    String path = request.path();
    if (ctx.get(STARTED) == null) {
      long started = System.nanoTime();
      ctx.put(STARTED, started);
      ctx.addEndHandler(end -> ended(ctx, System.nanoTime() - started));
      String canonical = canonical(path);
      if (head || !canonical.equals(path)) {
        ctx.reroute(head ? HttpMethod.GET : request.method(),
            request.query() == null ? canonical : canonical + "?" + request.query());
        return;
      }
    }
    CommonHeaders.put(request);
    try {
      UrlText.check(request);
    } catch (InvalidInput invalid) {
      problems.answer(request, invalid);
      return;
    }
    cors.handle(ctx);
  }

  /**
   * Removes slashes at the end; where the rest of the path is a name, slashes in it, which a proxy may have decoded,
   * are encoded again.
   */
  private static String canonical(String path) {
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    int name = path.startsWith(BY_NAME) ? Math.min(BY_NAME.length(), end) : end;
    return path.substring(0, name) + path.substring(name, end).replace("/", "%2F");
  }

  private void ended(RoutingContext ctx, long nanos) {
    metrics.record(ctx, nanos);
    HttpServerRequest request = ctx.request();
    if (!request.isEnded() && mayHaveBody(request)) {
      ctx.vertx().setTimer(LINGER_MILLIS, timer -> {
        if (!request.isEnded()) {
          stopReading(request);
        }
      });
    }
  }

  private static void stopReading(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      // Others share its connection.
      request.response().reset(NO_ERROR);
    } else {
      request.connection().close();
    }
  }

  /** Most requests have no body; a timer for each would far outlive it. */
  private static boolean mayHaveBody(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2 || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** For what no route took: 404, 405, or the methods for OPTIONS. */
  void unrouted(RoutingContext ctx) {
    Set<String> allowed = new TreeSet<>(methods.apply(ctx.normalizedPath()));
    HttpServerResponse response = ctx.response();
    if (allowed.isEmpty()) {
      problems.answer(ctx.request(), new Refused(Problem.NOT_FOUND, "There is nothing at this path"));
      return;
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    allowed.add("OPTIONS");
    response.putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
    if (ctx.request().method() == HttpMethod.OPTIONS) {
      response.setStatusCode(204).end();
    } else {
      problems.answer(ctx.request(), new Refused(Problem.METHOD_NOT_ALLOWED,
          "This path takes " + String.join(", ", allowed)));
    }
  }
}
