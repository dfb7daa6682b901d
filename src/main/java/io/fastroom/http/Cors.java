package io.fastroom.http;

import io.fastroom.settings.Settings;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells browsers which other origins may read the answers. An origin that is not allowed is answered without CORS
 * headers, which is a refusal to its browser and nothing to anybody else. Immutable; any thread.
 */
final class Cors {
  private static final Pattern LOCALHOST = Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");

  private final List<String> origins;
  private final boolean any;
  private final boolean localhost;
  private final Handler<RoutingContext> headers;

  Cors(Settings settings) {
    origins = settings.http().corsOrigins().stream().map(Cors::normal).toList();
    any = origins.contains("*");
    localhost = settings.embedded();
    CorsHandler cors = CorsHandler.create();
    if (!any) {
      // Whose origin it is was decided here; the pattern only makes the handler echo it, with Vary.
      cors.addOriginWithRegex(".+");
    }
    headers = cors
        .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE))
        .allowedHeaders(Set.of("Authorization", "Content-Type", RequestFilter.REQUEST_ID))
        .exposedHeaders(Set.of("Retry-After", "Location", RequestFilter.REQUEST_ID))
        .maxAgeSeconds(600);
  }

  private static String normal(String origin) {
    String lower = origin.strip().toLowerCase(Locale.ROOT);
    return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
  }

  /** Writes the headers, answers a preflight, or goes on. */
  void handle(RoutingContext ctx) {
    String origin = ctx.request().getHeader(HttpHeaders.ORIGIN);
    if (origin != null && allows(origin)) {
      headers.handle(ctx);
      return;
    }
    if (!any && (localhost || !origins.isEmpty())) {
      ctx.response().putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    ctx.next();
  }

  private boolean allows(String origin) {
    return any || origins.contains(normal(origin)) || localhost && LOCALHOST.matcher(origin).matches();
  }
}
