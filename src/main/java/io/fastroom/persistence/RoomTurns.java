package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Changes of rooms wait here before they take a connection: one change of a room is under way at a time, and over all
 * rooms as many as may use connections; rooms take turns. A room that is held by somebody else has its next turn after a
 * pause, in which others use the connection.
 *
 * <p>Thread: any; shared by all verticles of the node. A change is made, and answered, on the context that asks for it.
 * Limits: {@value #WAITING} wait for a room, beyond it BUSY; a change that has waited for five seconds is refused, since
 * nobody waits for its answer any more: with BUSY when the changes before it took that long, with UNAVAILABLE when they
 * failed, too, or there was none but no connection either.
 */
final class RoomTurns {
  static final int WAITING = 64;
  private static final long RETRY_MILLIS = 1_000;

  private final Counter refused;
  private final Supplier<Future<Void>> pause;
  private final LongSupplier nanos;
  /** A room is absent when nothing of it is under way. Guarded by this, as is all below. */
  private final Map<Long, Line> rooms = new HashMap<>();
  private final Queue<Long> turns = new ArrayDeque<>();
  private int free;
  private int waiting;
  private boolean giving;
  private boolean giveMore;

  /** What a change fails with that is to be tried again after a pause, before the others of its room. */
  static final class Held extends RuntimeException {
    private static final long serialVersionUID = 1;

    Held() {
      super("held", null, false, false);
    }
  }

  private static final class Line {
    /** The change that is to be tried again; null for none. */
    Runnable held;
    final Queue<Runnable> waiting = new ArrayDeque<>();
    /** What a change is told whose turn comes too late. */
    Problem late = Problem.UNAVAILABLE;
  }

  /**
   * @param atOnce how many changes may be under way at once
   * @param pause completes when a room that was held may be tried again
   */
  RoomTurns(int atOnce, MeterRegistry registry, Supplier<Future<Void>> pause) {
    this(atOnce, registry, pause, System::nanoTime);
  }

  RoomTurns(int atOnce, MeterRegistry registry, Supplier<Future<Void>> pause, LongSupplier nanos) {
    this.free = atOnce;
    this.pause = pause;
    this.nanos = nanos;
    this.refused = Counter.builder("fastroom.changes.refused").description("Changes of a room refused as too many wait")
        .register(registry);
    Gauge.builder("fastroom.changes.waiting", this::waiting).description("Changes of rooms that wait for their turn")
        .register(registry);
  }

  synchronized int waiting() {
    return waiting;
  }

  /** Fails as the change does, with BUSY or UNAVAILABLE. */
  <T> Future<T> in(long roomId, Supplier<Future<T>> change) {
    Promise<T> answer = Promise.promise();
    long asked = nanos.getAsLong();
    Context asker = Vertx.currentContext();
    if (!queued(roomId, () -> on(asker, () -> run(roomId, asked, change, answer)))) {
      return Future.failedFuture(busy());
    }
    next();
    return answer.future();
  }

  /** Else it would go on where the one before it has ended, and end when that verticle does. @param context may be null */
  private static void on(Context context, Runnable change) {
    if (context == null || context == Vertx.currentContext()) {
      change.run();
    } else {
      context.runOnContext(turn -> change.run());
    }
  }

  private synchronized boolean queued(long roomId, Runnable change) {
    Line line = rooms.get(roomId);
    if (line == null) {
      line = new Line();
      rooms.put(roomId, line);
      turns.add(roomId);
    } else if (line.waiting.size() >= WAITING) {
      return false;
    }
    line.waiting.add(change);
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
    giveMore = giving;
    giving = true;
    return !giveMore;
  }

  private synchronized boolean end() {
    giving = giveMore;
    giveMore = false;
    return !giving;
  }

  private synchronized Runnable take() {
    if (free == 0 || turns.isEmpty()) {
      return null;
    }
    free--;
    waiting--;
    Line line = rooms.get(turns.poll());
    Runnable held = line.held;
    line.held = null;
    return held != null ? held : line.waiting.poll();
  }

  private <T> void run(long roomId, long asked, Supplier<Future<T>> change, Promise<T> answer) {
    if (nanos.getAsLong() - asked > TimeUnit.MILLISECONDS.toNanos(Database.QUESTION_MILLIS)) {
      Problem late = ended(roomId);
      answer.fail(late == Problem.BUSY ? busy() : new Refused(late));
      next();
      return;
    }
    Future.succeededFuture().compose(turn -> change.get()).onComplete(result -> {
      if (result.cause() instanceof Held) {
        Context asker = Vertx.currentContext();
        held(roomId, () -> on(asker, () -> run(roomId, asked, change, answer)));
        pause.get().onComplete(over -> again(roomId));
        next();
        return;
      }
      boolean away = result.failed() && Refused.of(result.cause()).problem() == Problem.UNAVAILABLE;
      ended(roomId, away ? Problem.UNAVAILABLE : Problem.BUSY);
      answer.handle(result);
      next();
    });
  }

  private synchronized void held(long roomId, Runnable change) {
    free++;
    waiting++;
    rooms.get(roomId).held = change;
  }

  private void again(long roomId) {
    synchronized (this) {
      turns.add(roomId);
    }
    next();
  }

  private Refused busy() {
    refused.increment();
    return new Refused(Problem.BUSY, Problem.BUSY.title(), RETRY_MILLIS);
  }

  private synchronized void ended(long roomId, Problem late) {
    rooms.get(roomId).late = late;
    ended(roomId);
  }

  /** Answers what a change is told that was late. */
  private synchronized Problem ended(long roomId) {
    free++;
    Line line = rooms.get(roomId);
    if (line.waiting.isEmpty()) {
      rooms.remove(roomId);
    } else {
      turns.add(roomId);
    }
    return line.late;
  }
}
