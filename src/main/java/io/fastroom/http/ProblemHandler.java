package io.fastroom.http;

import io.fastroom.bus.Refused;
import io.fastroom.http.InvalidInput.Fault;
import io.fastroom.internals.HttpConnections;
import io.fastroom.model.Problem;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only place that answers errors, as problem details (RFC 9457): those of REST, of handshakes, of requests that are
 * not HTTP, and of the management port.
 *
 * <p>Thread: the request's.
 */
public final class ProblemHandler implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.http");
  private static final CharSequence PROBLEM_JSON = HttpHeaders.createOptimized("application/problem+json");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence WWW_AUTHENTICATE = HttpHeaders.createOptimized("WWW-Authenticate");
  private static final CharSequence BEARER = HttpHeaders.createOptimized("Bearer");
  private static final long RETRY_SECONDS = 2;
  /** Time for the client to read the answer before the connection is closed, while the body is still arriving on it. */
  private static final long LINGER_MILLIS = 500;

  private final Vertx vertx;

  public ProblemHandler(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Errors found by the router itself. */
  @Override
  public void handle(RoutingContext ctx) {
    Throwable failure = ctx.failure();
    if (failure instanceof Refused || failure instanceof InvalidInput || ctx.statusCode() >= 500) {
      answer(ctx.request(), failure);
    } else {
      answer(ctx.request(), switch (ctx.statusCode()) {
        case 404 -> new Refused(Problem.NOT_FOUND, "There is nothing at this path");
        case 405 -> new Refused(Problem.METHOD_NOT_ALLOWED, "This path has other methods");
        case 413 -> new Refused(Problem.TOO_LARGE, "The body is too large");
        default -> new Refused(Problem.BAD_REQUEST, "The request is malformed");
      });
    }
  }

  /** Answers whatever was thrown or failed, anywhere in the node. */
  public void answer(HttpServerRequest request, Throwable failure) {
    if (failure instanceof InvalidInput invalid) {
      write(request, invalid.problem(), invalid.getMessage(), invalid.faults(), 0);
      return;
    }
    Refused refused = Refused.of(failure);
    if (refused.problem() == Problem.INTERNAL && !(failure instanceof Refused)) {
      LOG.error("{} {} failed, request={}", request.method(), request.path(),
          CommonHeaders.requestId(request), failure);
    }
    write(request, refused.problem(), refused.getMessage(), List.of(), refused.retryAfterMillis());
  }

  /**
   * Answers what the server could not read as HTTP, then closes the connection: it is unknown where the next request
   * begins.
   */
  public void unreadable(HttpServerRequest request) {
    write(request, unreadable(request.decoderResult().cause()), "The request could not be read", List.of(), 0);
  }

  private static Problem unreadable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Problem.URI_TOO_LONG;
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Problem.HEADERS_TOO_LARGE;
    }
    return cause instanceof HttpConnections.UnknownVersion ? Problem.VERSION_NOT_SUPPORTED : Problem.BAD_REQUEST;
  }

  private void write(HttpServerRequest request, Problem problem, String detail, List<Fault> faults, long retryMillis) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    CommonHeaders.put(request);
    Buffer json = Json.problem(problem, detail, faults);
    response.setStatusCode(problem.status()).putHeader(HttpHeaders.CONTENT_TYPE, PROBLEM_JSON)
        .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE)
        .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(json.length()));
    switch (problem.status()) {
      case 401 -> response.putHeader(WWW_AUTHENTICATE, BEARER);
      case 429, 503 -> response.putHeader(HttpHeaders.RETRY_AFTER,
          String.valueOf(retryMillis > 0 ? (retryMillis + 999) / 1000 : RETRY_SECONDS));
      default -> { }
    }
    if (request.decoderResult().isFailure()) {
      closing(request);
      response.end(json).onComplete(sent -> request.connection().close());
      return;
    }
    if (!request.isEnded() && (problem == Problem.TOO_LARGE || problem == Problem.BAD_REQUEST)) {
      stopReading(request);
    }
    response.end(json);
  }

  private void stopReading(HttpServerRequest request) {
    request.handler(chunk -> { });
    if (request.version() != HttpVersion.HTTP_2) {
      closing(request);
      vertx.setTimer(LINGER_MILLIS, timer -> request.connection().close());
    }
  }

  private static void closing(HttpServerRequest request) {
    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE).headers().remove(HttpHeaders.KEEP_ALIVE);
  }
}
