package io.fastroom.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times every request by operation and status ({@code fastroom_http_requests_seconds}). Any thread. */
final class RestMetrics {
  private static final String OPERATION = "operation";
  private static final String UNKNOWN = "unknown";

  private record Key(String operation, int status) { }

  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  RestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Says which operation the request turned out to be for. */
  static void operation(RoutingContext ctx, String operationId) {
    ctx.put(OPERATION, operationId);
  }

  void record(RoutingContext ctx, long nanos) {
    Key key = new Key(ctx.get(OPERATION, UNKNOWN), ctx.response().getStatusCode());
    timers.computeIfAbsent(key, this::timer).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("fastroom_http_requests").description("REST calls by operation and status")
        .tag("operation", key.operation).tag("status", String.valueOf(key.status)).register(registry);
  }
}
