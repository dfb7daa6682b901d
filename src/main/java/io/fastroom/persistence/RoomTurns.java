package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Changes of rooms wait here before they take a connection: one change of a room is under way at a time, and over all
 * rooms as many as may use connections; rooms take turns.
 *
 * <p>Thread: any; shared by all verticles of the node. Limits: {@value #WAITING} wait for a room, beyond it BUSY; a
 * change that has waited for five seconds is refused, since nobody waits for its answer any more.
 */
final class RoomTurns {
  static final int WAITING = 64;
  private static final long RETRY_MILLIS = 1_000;

  private final Counter refused;
  /** What waits for a room; a room is absent when nothing of it is under way. Guarded by this, as is all below. */
  private final Map<Long, Queue<Runnable>> rooms = new HashMap<>();
  private final Queue<Long> turns = new ArrayDeque<>();
  private int free;
  private int waiting;
  private boolean giving;
  private boolean again;

  /** @param atOnce how many changes may be under way at once */
  RoomTurns(int atOnce, MeterRegistry registry) {
    this.free = atOnce;
    this.refused = Counter.builder("fastroom.changes.refused").description("Changes of a room refused as too many wait")
        .register(registry);
    Gauge.builder("fastroom.changes.waiting", this::waiting).description("Changes of rooms that wait for their turn")
        .register(registry);
  }

  synchronized int waiting() {
    return waiting;
  }

  /** Fails as the change does, with BUSY or, when its turn came too late, with UNAVAILABLE. */
  <T> Future<T> in(long roomId, Supplier<Future<T>> change) {
    Promise<T> answer = Promise.promise();
    long asked = System.nanoTime();
    if (!queued(roomId, () -> run(roomId, asked, change, answer))) {
      refused.increment();
      return Future.failedFuture(new Refused(Problem.BUSY, Problem.BUSY.title(), RETRY_MILLIS));
    }
    next();
    return answer.future();
  }

  private synchronized boolean queued(long roomId, Runnable change) {
    Queue<Runnable> queue = rooms.get(roomId);
    if (queue == null) {
      queue = new ArrayDeque<>();
      rooms.put(roomId, queue);
      turns.add(roomId);
    } else if (queue.size() >= WAITING) {
      return false;
    }
    queue.add(change);
    waiting++;
    return true;
  }

  /** A change that ends at once is continued in a new turn of the loop, not in a nested call. */
  private void next() {
    if (!begin()) {
      return;
    }
    do {
      for (Runnable change = take(); change != null; change = take()) {
        change.run();
      }
    } while (!end());
  }

  private synchronized boolean begin() {
    again = giving;
    giving = true;
    return !again;
  }

  private synchronized boolean end() {
    giving = again;
    again = false;
    return !giving;
  }

  private synchronized Runnable take() {
    if (free == 0 || turns.isEmpty()) {
      return null;
    }
    free--;
    waiting--;
    return rooms.get(turns.poll()).poll();
  }

  private <T> void run(long roomId, long asked, Supplier<Future<T>> change, Promise<T> answer) {
    boolean late = System.nanoTime() - asked > TimeUnit.MILLISECONDS.toNanos(Database.QUESTION_MILLIS);
    Future<T> done = late ? Future.failedFuture(new Refused(Problem.UNAVAILABLE))
        : Future.succeededFuture().compose(turn -> change.get());
    done.onComplete(result -> {
      ended(roomId);
      answer.handle(result);
      next();
    });
  }

  private synchronized void ended(long roomId) {
    free++;
    if (rooms.get(roomId).isEmpty()) {
      rooms.remove(roomId);
    } else {
      turns.add(roomId);
    }
  }
}
