package io.fastroom.management;

import io.fastroom.bus.Bus;
import io.fastroom.http.ProblemHandler;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Health, metrics and the number of verticles, on a port of their own that the public cannot reach.
 *
 * <p>Thread: one event loop.
 */
public final class ManagementVerticle extends VerticleBase {
  private static final long CHECK_MILLIS = 1000;
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Settings.Management settings;
  private final Bus bus;
  private final Metrics metrics;
  private final Phase phase;
  private final Scaling scaling;
  private final BooleanSupplier frames;
  private LoopLag lag;

  /** @param frames whether sockets are answered; asked on this verticle's context */
  public ManagementVerticle(Settings.Management settings, Bus bus, Metrics metrics, Phase phase, Scaling scaling,
                            BooleanSupplier frames) {
    this.settings = settings;
    this.bus = bus;
    this.metrics = metrics;
    this.phase = phase;
    this.scaling = scaling;
    this.frames = frames;
  }

  @Override
  public Future<?> start() {
    lag = new LoopLag(vertx, metrics.registry());
    Probes probes = new Probes(vertx, bus);
    gauge("fastroom.backend.up", "postgresql", probes::postgres);
    gauge("fastroom.backend.up", "redis", probes::redis);
    Gauge.builder("fastroom.serving", phase, now -> now.isServing() ? 1 : 0)
        .description("Whether the node is neither starting nor draining").register(metrics.registry());
    HealthChecks live = HealthChecks.create(vertx);
    check(live, "event_loops", lag::alive);
    HealthChecks ready = HealthChecks.create(vertx);
    check(ready, "postgresql", probes::postgres);
    check(ready, "redis", probes::redis);
    check(ready, "frames", frames);
    check(ready, "serving", phase::isServing);
    BuildInfo build = BuildInfo.read();
    metrics.tell(build);
    ProblemHandler problems = new ProblemHandler(vertx);
    Router router = Router.router(vertx);
    List.of(400, 404, 405, 413, 500).forEach(status -> router.errorHandler(status, problems));
    router.route().handler(new OwnHosts(settings.host(), problems));
    get(router, "/health/live").handler(HealthCheckHandler.createWithHealthChecks(live));
    get(router, "/health/ready").handler(HealthCheckHandler.createWithHealthChecks(ready));
    get(router, "/metrics").handler(request -> request.response().putHeader("content-type", PROMETHEUS_TEXT)
        .end(metrics.registry().scrape()));
    get(router, "/info").handler(request -> request.json(new JsonObject()
        .put("version", build.version()).put("commit", build.commit()).put("java", Runtime.version().toString())));
    new VerticlesRoutes(scaling, phase, problems).mount(router);
    List.of("/health/live", "/health/ready", "/metrics", "/info", "/verticles")
        .forEach(path -> only(router, path, "GET, HEAD"));
    only(router, "/verticles/:name", "PUT");
    HttpServerOptions options = new HttpServerOptions().setHost(settings.host()).setPort(settings.port())
        .setIdleTimeout(60).setTracingPolicy(TracingPolicy.IGNORE);
    return probes.start().compose(started -> vertx.createHttpServer(options).requestHandler(router).listen());
  }

  @Override
  public Future<?> stop() {
    lag.close();
    return Future.succeededFuture();
  }

  /** Some balancers ask by HEAD. */
  private static Route get(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  /** To be called after the routes that take these methods. */
  private static void only(Router router, String path, String methods) {
    router.route(path).handler(request -> {
      request.response().putHeader(HttpHeaders.ALLOW, methods);
      request.fail(405);
    });
  }

  /** Read when metrics are scraped, which happens on this context, too. */
  private void gauge(String name, String backend, BooleanSupplier up) {
    // A strong reference, since nobody else keeps this object.
    Gauge.builder(name, up, now -> now.getAsBoolean() ? 1 : 0).strongReference(true).tag("backend", backend)
        .description("Whether the backing service answers this node").register(metrics.registry());
  }

  private static void check(HealthChecks checks, String name, BooleanSupplier healthy) {
    checks.register(name, CHECK_MILLIS, result -> result.complete(healthy.getAsBoolean() ? Status.OK() : Status.KO()));
  }
}
