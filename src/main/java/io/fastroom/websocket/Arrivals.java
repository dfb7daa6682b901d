package io.fastroom.websocket;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * Lets sockets and streams in a few at a time, so that those who are in are served in between when thousands come at once:
 * a handshake and a join take their turn, and the next turn comes when the event loop has looked after everything else.
 * Whoever comes alone does not wait. Joins go first, so that who has begun to come in is in soon.
 *
 * <p>Thread: the event loop of its hub. Limits: {@link #A_TURN} begin in a turn, {@link #AT_ONCE} are under way, but for
 * those that take long, which wait for something that is not busy; a handshake or a join of each connection may wait.
 */
final class Arrivals implements AutoCloseable {
  static final int A_TURN = 16;
  static final int AT_ONCE = 128;
  /** Of a turn, so many are left to handshakes when there are joins enough for all of it. */
  private static final int HANDSHAKES = 4;
  private static final long PAUSE_MILLIS = 1;
  private static final long LONG_NANOS = 100_000_000;

  private final Vertx vertx;
  private final SocketMetrics metrics;
  private final Queue<Runnable> handshakes = new ArrayDeque<>();
  private final Queue<Runnable> joins = new ArrayDeque<>();
  /** When those under way began, in nanoseconds of the monotonic clock; the oldest first. */
  private final Deque<Long> underWay = new ArrayDeque<>();
  private int begun;
  private boolean pausing;

  Arrivals(Vertx vertx, SocketMetrics metrics) {
    this.vertx = vertx;
    this.metrics = metrics;
  }

  /** @param step called once, in its turn */
  <T> Future<T> handshake(Supplier<Future<T>> step) {
    return inTurn(handshakes, step);
  }

  /** @param step called once, in its turn */
  <T> Future<T> join(Supplier<Future<T>> step) {
    return inTurn(joins, step);
  }

  private boolean isAnyoneWaiting() {
    return !handshakes.isEmpty() || !joins.isEmpty();
  }

  private <T> Future<T> inTurn(Queue<Runnable> waiting, Supplier<Future<T>> step) {
    if (!isAnyoneWaiting() && hasRoom(A_TURN)) {
      return begin(step);
    }
    Promise<T> done = Promise.promise();
    waiting.add(() -> begin(step).onComplete(done));
    metrics.arriving(1);
    pause();
    return done.future();
  }

  private boolean hasRoom(int aTurn) {
    return begun < aTurn && underWay.size() < AT_ONCE;
  }

  private <T> Future<T> begin(Supplier<Future<T>> step) {
    begun++;
    pause();
    Long since = System.nanoTime();
    underWay.add(since);
    return Future.succeededFuture().compose(now -> step.get()).onComplete(done -> underWay.remove(since));
  }

  private void pause() {
    if (!pausing) {
      pausing = true;
      vertx.setTimer(PAUSE_MILLIS, timer -> turn());
    }
  }

  private void turn() {
    pausing = false;
    begun = 0;
    long now = System.nanoTime();
    while (!underWay.isEmpty() && now - underWay.peek() > LONG_NANOS) {
      underWay.poll();
    }
    run(joins, A_TURN - HANDSHAKES);
    run(handshakes, A_TURN);
    run(joins, A_TURN);
    if (isAnyoneWaiting()) {
      pause();
    }
  }

  private void run(Queue<Runnable> waiting, int aTurn) {
    while (!waiting.isEmpty() && hasRoom(aTurn)) {
      metrics.arriving(-1);
      waiting.poll().run();
    }
  }

  /** Lets all in that wait: they find out for themselves that it is too late. */
  @Override
  public void close() {
    for (Queue<Runnable> waiting : List.of(joins, handshakes)) {
      while (!waiting.isEmpty()) {
        metrics.arriving(-1);
        waiting.poll().run();
      }
    }
  }
}
