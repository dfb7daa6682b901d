package io.fastroom.websocket;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The sockets of a hub are sent away in batches, so that they do not all come back to the other nodes at once; whoever
 * has not closed when the time is over is cut off.
 *
 * <p>Thread: the event loop of its hub.
 */
final class Drain {
  private static final long STEP_MILLIS = 100;
  /** The rest of the time is for the last ones to close. */
  private static final double TELLING = 0.8;
  private static final long LEAST_MILLIS = 1_000;

  private final Vertx vertx;
  private final Hub hub;
  private final long millis;
  private final Promise<Void> done = Promise.promise();
  private Deque<Session> waiting;
  private int batch;
  private long steps;

  Drain(Vertx vertx, Hub hub, Duration time) {
    this.vertx = vertx;
    this.hub = hub;
    this.millis = Math.max(LEAST_MILLIS, time.toMillis());
  }

  boolean isStarted() {
    return waiting != null;
  }

  /** Starts it unless it has started. Completes when no socket is left. */
  Future<Void> start() {
    if (waiting == null) {
      waiting = new ArrayDeque<>(hub.sessions());
      batch = (int) Math.ceil(waiting.size() * STEP_MILLIS / (millis * TELLING));
      if (waiting.isEmpty()) {
        done.complete();
      } else {
        step(vertx.setPeriodic(STEP_MILLIS, this::step));
      }
    }
    return done.future();
  }

  private void step(long timer) {
    for (int i = 0; i < batch && !waiting.isEmpty(); i++) {
      waiting.poll().close(Goodbye.RESTART);
    }
    boolean over = ++steps * STEP_MILLIS > millis;
    if (over) {
      hub.sessions().forEach(session -> session.outbox().abort());
    }
    if (over || hub.sessions().isEmpty()) {
      vertx.cancelTimer(timer);
      done.complete();
    }
  }
}
