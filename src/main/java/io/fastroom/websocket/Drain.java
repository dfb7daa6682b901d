package io.fastroom.websocket;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes the sockets of a hub one after the other, so that they do not all reconnect to the other nodes at once; those
 * that have not closed when the time is up are cut off.
 *
 * <p>Thread: the event loop of its hub.
 */
final class Drain {
  private static final long STEP_MILLIS = 100;
  /** The rest of the time is left for the last ones to close. */
  private static final double TELLING = 0.8;
  /** The longest pause between two sockets: a few sockets need not take all the time there is. */
  private static final long MOST_BETWEEN_MILLIS = 500;
  private static final long LEAST_MILLIS = 1_000;

  private final Vertx vertx;
  private final Hub hub;
  private final long millis;
  private final Promise<Void> done = Promise.promise();
  private Deque<Session> waiting;
  private double perMilli;
  private long passed;
  private int told;

  Drain(Vertx vertx, Hub hub, Duration time) {
    this.vertx = vertx;
    this.hub = hub;
    this.millis = Math.max(LEAST_MILLIS, time.toMillis());
  }

  /** Starts it unless it has started. Completes when no socket is left. */
  Future<Void> start() {
    if (waiting == null) {
      waiting = new ArrayDeque<>(hub.sessions());
      perMilli = Math.max(1.0 / MOST_BETWEEN_MILLIS, waiting.size() / (millis * TELLING));
      if (waiting.isEmpty()) {
        done.complete();
      } else {
        step(vertx.setPeriodic(STEP_MILLIS, this::step));
      }
    }
    return done.future();
  }

  private void step(long timer) {
    passed += STEP_MILLIS;
    for (; told < passed * perMilli && !waiting.isEmpty(); told++) {
      waiting.poll().close(CloseCode.RESTART);
    }
    boolean over = passed > millis;
    if (over) {
      hub.sessions().forEach(session -> session.outbox().abort());
    }
    if (over || hub.sessions().isEmpty()) {
      vertx.cancelTimer(timer);
      done.complete();
    }
  }
}
