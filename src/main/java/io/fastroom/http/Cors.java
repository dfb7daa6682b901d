package io.fastroom.http;

import io.fastroom.net.OriginPolicy;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.Set;

/**
 * Tells browsers which other origins may read the answers. An origin that is not allowed is answered without CORS
 * headers, which is a refusal to its browser and nothing to anybody else. Immutable; any thread.
 */
final class Cors {
  private final OriginPolicy origins;
  private final Handler<RoutingContext> headers;

  Cors(OriginPolicy origins) {
    this.origins = origins;
    CorsHandler cors = CorsHandler.create();
    if (!origins.allowsAny()) {
      // Whose origin it is was decided here; the pattern only makes the handler echo it, with Vary.
      cors.addOriginWithRegex(".+");
    }
    headers = cors
        .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT,
            HttpMethod.PATCH, HttpMethod.DELETE))
        .allowedHeaders(Set.of("Authorization", "Content-Type", "Last-Event-ID", "traceparent", CommonHeaders.REQUEST_ID))
        .exposedHeaders(Set.of("Retry-After", "Link", "Location", CommonHeaders.REQUEST_ID))
        .maxAgeSeconds(600);
  }

  /** Writes the headers, answers a preflight, or goes on. */
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
