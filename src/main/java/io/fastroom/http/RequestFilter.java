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
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What happens to every request before it is routed: one form of its path, its id, the headers every answer has, CORS,
 * and its time when it is over.
 *
 * <p>Thread: the request's.
 */
final class RequestFilter implements Handler<RoutingContext> {
  static final String REQUEST_ID = "X-Request-Id";
  private static final CharSequence REQUEST_ID_HEADER = HttpHeaders.createOptimized(REQUEST_ID);
  private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
  private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  private static final CharSequence REFERRER_POLICY = HttpHeaders.createOptimized("Referrer-Policy");
  private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
  private static final CharSequence CONTENT_POLICY = HttpHeaders.createOptimized("Content-Security-Policy");
  private static final CharSequence NOTHING = HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");
  private static final Pattern REQUEST_ID_FORM = Pattern.compile("[\\w.-]{1,64}");
  private static final String STARTED = "started";
  /** How long a body nobody reads may go on after the answer. */
  private static final long LINGER_MILLIS = 5_000;

  private final Cors cors;
  private final RestMetrics metrics;
  private final ProblemHandler problems;
  /** The methods of a path, empty when there is nothing at it. */
  private final Function<String, Set<String>> methods;

  RequestFilter(Cors cors, RestMetrics metrics, ProblemHandler problems, Function<String, Set<String>> methods) {
    this.cors = cors;
    this.metrics = metrics;
    this.problems = problems;
    this.methods = methods;
  }

  static String requestId(RoutingContext ctx) {
    return ctx.response().headers().get(REQUEST_ID_HEADER);
  }

  @Override
  public void handle(RoutingContext ctx) {
    HttpServerRequest request = ctx.request();
    boolean head = request.method() == HttpMethod.HEAD;
    String path = request.path();
    if (ctx.get(STARTED) == null) {
      long started = System.nanoTime();
      ctx.put(STARTED, started);
      ctx.addEndHandler(end -> ended(ctx, System.nanoTime() - started));
      if (head || path.length() > 1 && path.endsWith("/")) {
        ctx.reroute(head ? HttpMethod.GET : request.method(), canonical(request));
        return;
      }
    }
    headers(request);
    try {
      checkText(path);
      checkText(request.query());
    } catch (InvalidInput invalid) {
      problems.answer(request, invalid);
      return;
    }
    cors.handle(ctx);
  }

  private static String canonical(HttpServerRequest request) {
    String path = request.path();
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') {
      end--;
    }
    return request.query() == null ? path.substring(0, end) : path.substring(0, end) + "?" + request.query();
  }

  private static void headers(HttpServerRequest request) {
    String given = request.getHeader(REQUEST_ID_HEADER);
    String id = given != null && REQUEST_ID_FORM.matcher(given).matches()
        ? given : Long.toHexString(ThreadLocalRandom.current().nextLong());
    request.response().putHeader(REQUEST_ID_HEADER, id).putHeader(CONTENT_TYPE_OPTIONS, NOSNIFF)
        .putHeader(REFERRER_POLICY, NO_REFERRER).putHeader(CONTENT_POLICY, NOTHING);
  }

  private static void checkText(String raw) {
    if (raw != null && !PercentEncoding.isPlain(raw)) {
      String flaw = TextRules.flaw(PercentEncoding.url(raw));
      if (flaw != null) {
        throw InvalidInput.parameter("URL", flaw);
      }
    }
  }

  private void ended(RoutingContext ctx, long nanos) {
    metrics.record(ctx, nanos);
    HttpServerRequest request = ctx.request();
    if (!request.isEnded() && mayHaveBody(request)) {
      ctx.vertx().setTimer(LINGER_MILLIS, timer -> {
        if (!request.isEnded()) {
          request.connection().close();
        }
      });
    }
  }

  /** Most have none; a timer for each of them would outlive it by far. */
  private static boolean mayHaveBody(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2 || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
        || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Whatever no route took: 404, 405, or the methods for OPTIONS. */
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
