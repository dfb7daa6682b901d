package io.fastroom;

import io.fastroom.embedded.EmbeddedServers;
import io.fastroom.management.Metrics;
import io.fastroom.management.Phase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A node's life: servers of its own if it needs them, the tables, Vert.x, the verticles; and the reverse.
 *
 * <p>Thread: blocking, so none of Vert.x's; {@link #start} and {@link #stop} exclude one another.
 */
public final class App {
  /** How long balancers have to notice that the node is not ready, before it turns sockets away. */
  private static final Duration NOTICE = Duration.ofMillis(1500);
  private static final long STEP_SECONDS = 30;

  private final Settings given;
  private final Phase phase = new Phase();
  private final Deployments deployments;

  public App(Settings settings) {
    this.given = settings;
    this.deployments = new Deployments(settings.drain().toSeconds() + STEP_SECONDS);
  }

  /** Returns when the node serves. Whatever it throws, {@link #stop} ends what had been started. */
  public synchronized Settings start() throws Exception {
    Ports.check(given);
    Settings settings = given;
    if (given.database().url() == null || given.redis().url() == null) {
      EmbeddedServers servers = EmbeddedServers.start(given);
      deployments.started("embedded servers", () -> {
        servers.close();
        return null;
      });
      settings = servers.settings();
    }
    Metrics metrics = new Metrics();
    Vertx vertx = vertx(metrics);
    deployments.on(vertx);
    new Node(settings, vertx, metrics.registry()).deploy(deployments, metrics, phase);
    phase.serving();
    return settings;
  }

  private static Vertx vertx(Metrics metrics) {
    VertxOptions options = metrics.into(new VertxOptions())
        .setPreferNativeTransport(true)
        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
    Long blocked = Long.getLong("fastroom.blocked.millis");
    if (blocked != null) {
      options.setMaxEventLoopExecuteTime(blocked).setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
          .setBlockedThreadCheckInterval(Math.max(1, blocked / 2))
          .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS);
    }
    return Vertx.builder().with(options).withMetrics(metrics.factory()).build();
  }

  /** Stops everything in the reverse order; whether all of it went well. */
  public boolean stop() {
    boolean served = phase.isServing();
    phase.draining();
    if (served && !given.embedded()) {
      LockSupport.parkNanos(NOTICE.toNanos());
    }
    return stopAll();
  }

  private synchronized boolean stopAll() {
    return deployments.stopAll();
  }
}
