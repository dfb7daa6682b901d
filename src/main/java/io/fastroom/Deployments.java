package io.fastroom;

import io.fastroom.management.Scaling;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been started, so that it is stopped in the reverse order.
 *
 * <p>Thread: one at a time, none of Vert.x's: it waits.
 */
final class Deployments {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.app");

  /** What ends with the process anyway has so long to say goodbye. */
  private static final long GOODBYE_SECONDS = 3;

  /** @param needed whether somebody is worse off when it does not stop in time */
  private record Step(String name, boolean needed, Supplier<Future<?>> stop) { }

  private final Deque<Step> started = new ArrayDeque<>();
  private final long patienceSeconds;
  private Vertx vertx;

  /** @param patienceSeconds how long one part may take to start or stop */
  Deployments(long patienceSeconds) {
    this.patienceSeconds = patienceSeconds;
  }

  void on(Vertx vertx) {
    this.vertx = vertx;
    connected("Vert.x", vertx::close);
  }

  /** Something to be stopped; a stop that blocks answers a future that is done. */
  void started(String name, Supplier<Future<?>> stop) {
    started.push(new Step(name, true, stop));
  }

  /** Connections to servers, one of which may be frozen: nobody waits for it to hang up. */
  void connected(String name, Supplier<Future<?>> stop) {
    started.push(new Step(name, false, stop));
  }

  void deploy(String name, Deployable verticle) throws Exception {
    String id = await(vertx.deployVerticle(verticle));
    started(name, () -> vertx.undeploy(id));
  }

  void scale(String name, int instances, Scaling scaling, Supplier<? extends Deployable> verticle) throws Exception {
    started(name, () -> scaling.scale(name, 0));
    await(scaling.start(name, instances, verticle));
  }

  /** Returns whether all of it went well. */
  boolean stopAll() {
    boolean clean = true;
    while (!started.isEmpty()) {
      Step step = started.pop();
      LOG.debug("stopping {}", step.name());
      try {
        await(step.stop().get(), step.needed() ? patienceSeconds : GOODBYE_SECONDS);
      } catch (TimeoutException e) {
        LOG.warn("{} did not stop in time", step.name());
        clean &= !step.needed();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly: {}", step.name(), e.toString());
        clean = false;
      }
    }
    return clean;
  }

  <T> T await(Future<T> future) throws Exception {
    return await(future, patienceSeconds);
  }

  <T> T await(Future<T> future, long seconds) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
  }
}
