package io.fastroom;

import io.fastroom.embedded.EmbeddedServers;
import io.fastroom.http.HttpVerticle;
import io.fastroom.internals.AcceptingTransport;
import io.fastroom.internals.Tracing;
import io.fastroom.management.BlockedLoops;
import io.fastroom.management.Metrics;
import io.fastroom.management.Phase;
import io.fastroom.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.concurrent.locks.LockSupport;

/**
 * A node's life. It starts its own servers if it needs them, migrates the tables, starts Vert.x and deploys the
 * verticles; it stops all of it in the reverse order.
 *
 * <p>Thread: blocking, so none of Vert.x's; {@link #start} and {@link #stop} exclude one another.
 */
public final class App {
  /** The longest step is waiting for a PostgreSQL that starts at the same time. */
  private static final long STEP_SECONDS = 90;

  private final Settings given;
  private final Phase phase = new Phase();
  private final Deployments deployments;
  private volatile Node node;
  /** Who starts servers or deploys now, null when nobody does. */
  private volatile Thread waiting;

  public App(Settings settings) {
    this.given = settings;
    this.deployments = new Deployments(settings.node().drain().toSeconds() + STEP_SECONDS);
  }

  /** Returns when the node serves. If it throws, {@link #stop} still ends whatever had been started. */
  public synchronized Settings start() throws Exception {
    Ports.check(given);
    Ports.checkTls(given);
    Settings settings = given;
    if (given.database().url() == null || given.redis().url() == null) {
      EmbeddedServers servers = startServers();
      deployments.started("embedded servers", () -> {
        servers.close();
        return Future.succeededFuture();
      });
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      settings = servers.settings();
    }
    Metrics metrics = new Metrics();
    Vertx vertx = vertx(metrics);
    deployments.on(vertx);
    // Meanwhile: it needs a processor, and what follows mostly waits.
    HttpVerticle.prepare(vertx, settings);
    Preload.run();
    node = new Node(settings, vertx, metrics.registry());
    waiting = Thread.currentThread();
    try {
      node.deploy(deployments, metrics, phase);
    } finally {
      waiting = null;
    }
    phase.serving();
    return settings;
  }

  private EmbeddedServers startServers() {
    waiting = Thread.currentThread();
    try {
      return EmbeddedServers.start(given);
    } finally {
      waiting = null;
    }
  }

  private Vertx vertx(Metrics metrics) {
    Long blocked = Long.getLong("fastroom.blocked.millis");
    VertxOptions options = new VertxOptions().setPreferNativeTransport(true)
        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()).setMetricsOptions(metrics.options());
    Vertx vertx =
        traced(AcceptingTransport.into(Vertx.builder().with(BlockedLoops.into(options, blocked))
            .withMetrics(metrics.factory()))).build();
    if (blocked != null) {
      BlockedLoops.watch(vertx, phase);
    }
    return vertx;
  }

  /** To be called before anything that is to be traced is started, so that traces are sent after it has stopped. */
  private VertxBuilder traced(VertxBuilder builder) {
    if (given.logs().traces() == null) {
      return builder;
    }
    Tracing tracing = new Tracing(given.logs().traces(), given.node().serverId());
    deployments.started("traces", () -> {
      tracing.close();
      return Future.succeededFuture();
    });
    return builder.withTracer(tracing.factory());
  }

  /** Stops everything in the reverse order. Returns whether all of it went well. */
  public boolean stop() {
    boolean served = phase.isServing();
    phase.draining();
    if (served) {
      node.shutDoor();
    }
    if (served) {
      LockSupport.parkNanos(given.node().drainNotice().toNanos());
    } else {
      interruptStart();
    }
    return stopAll();
  }

  /** A start that waits for PostgreSQL is given up. */
  private void interruptStart() {
    Thread starting = waiting;
    if (starting != null) {
      starting.interrupt();
    }
  }

  private synchronized boolean stopAll() {
    return deployments.stopAll();
  }
}
