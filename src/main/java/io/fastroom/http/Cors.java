package io.fastroom.http;

import io.fastroom.net.OriginPolicy;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.Set;

/**
 * Tells browsers which other origins may read the answers. An origin that is not allowed gets no CORS headers: its
 * browser then refuses the answer, and other clients do not care. Immutable; any thread.
 */
final class Cors {
  private final OriginPolicy origins;
  private final Handler<RoutingContext> headers;

  Cors(OriginPolicy origins) {
    this.origins = origins;
    CorsHandler cors = CorsHandler.create();
    if (!origins.allowsAny()) {
      // The origin was checked here; the pattern only makes the handler echo it, with Vary.
      cors.addOriginWithRegex(".+");
    }
    headers = cors
        .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT,
            HttpMethod.PATCH, HttpMethod.DELETE))
        .allowedHeaders(Set.of("Authorization", "Content-Type", "Last-Event-ID", "traceparent", CommonHeaders.REQUEST_ID))
        .exposedHeaders(Set.of("Retry-After", "Link", "Location", CommonHeaders.REQUEST_ID))
        .maxAgeSeconds(600);
  }

  /** Writes the headers, then answers a preflight or passes the request on. */
  void handle(RoutingContext ctx) {
    String origin = ctx.request().getHeader(HttpHeaders.ORIGIN);
    if (origin != null && origins.lists(origin)) {
      headers.handle(ctx);
      return;
    }
    if (origins.distinguishes()) {
      ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    ctx.next();
  }
}
