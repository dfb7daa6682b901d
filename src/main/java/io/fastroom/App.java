package io.fastroom;

import io.fastroom.bus.Bus;
import io.fastroom.embedded.EmbeddedServers;
import io.fastroom.management.ManagementVerticle;
import io.fastroom.management.Metrics;
import io.fastroom.management.Phase;
import io.fastroom.management.Scaling;
import io.fastroom.room.RoomVerticle;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: what is started in which order, and its reverse.
 *
 * <p>Thread: blocking, so none of Vert.x's; {@link #start} and {@link #stop} exclude one another.
 */
public final class App {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.app");
  /** How long balancers have to notice that the node is not ready, before it turns sockets away. */
  private static final Duration NOTICE = Duration.ofMillis(1500);
  private static final long STEP_SECONDS = 30;

  private final Settings given;
  private final Phase phase = new Phase();
  private final Deque<Step> started = new ArrayDeque<>();

  /** What a started part needs for its end. */
  private record Step(String name, Callable<?> stop) { }

  public App(Settings settings) {
    this.given = settings;
  }

  /** Returns when the node serves. Whatever it throws, {@link #stop} ends what had been started. */
  public synchronized Started start() throws Exception {
    Ports.check(given);
    Settings settings = given;
    if (given.database().url() == null || given.redis().url() == null) {
      EmbeddedServers servers = EmbeddedServers.start(given);
      onStop("embedded servers", () -> {
        servers.close();
        return null;
      });
      settings = servers.settings();
    }
    Metrics metrics = new Metrics();
    Vertx vertx = vertx(metrics);
    onStop("Vert.x", () -> await(vertx.close()));
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    Scaling scaling = new Scaling(vertx);
    ManagementVerticle management = new ManagementVerticle(settings.management(), bus, metrics, phase, scaling);
    deploy(vertx, "management", management);
    deploy(vertx, "rooms", new RoomVerticle(bus, settings, metrics.registry()));
    phase.serving();
    return new Started(settings, settings.http().port(), management.port());
  }

  /** A node that serves. */
  public record Started(Settings settings, int port, int managementPort) { }

  private static Vertx vertx(Metrics metrics) {
    VertxOptions options = metrics.into(new VertxOptions())
        .setPreferNativeTransport(true)
        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors());
    Long blocked = Long.getLong("fastroom.blocked.millis");
    if (blocked != null) {
      options.setMaxEventLoopExecuteTime(blocked).setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
          .setBlockedThreadCheckInterval(Math.max(1, blocked / 2)).setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS);
    }
    return Vertx.builder().with(options).withMetrics(metrics.factory()).build();
  }

  private void deploy(Vertx vertx, String name, Deployable verticle) throws Exception {
    String id = await(vertx.deployVerticle(verticle));
    onStop(name, () -> await(vertx.undeploy(id)));
  }

  private void onStop(String name, Callable<?> stop) {
    started.push(new Step(name, stop));
  }

  /** Stops everything in the reverse order; whether all of it went well. */
  public boolean stop() {
    phase.draining();
    return stopAll();
  }

  private synchronized boolean stopAll() {
    if (!started.isEmpty() && !given.embedded()) {
      LockSupport.parkNanos(NOTICE.toNanos());
    }
    boolean clean = true;
    while (!started.isEmpty()) {
      Step step = started.pop();
      LOG.debug("stopping {}", step.name());
      try {
        step.stop().call();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly: {}", step.name(), e.toString());
        clean = false;
      }
    }
    return clean;
  }

  private <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture()
        .get(given.drain().toSeconds() + STEP_SECONDS, TimeUnit.SECONDS);
  }
}
