package io.fastroom.http;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * How many calls of one user may be under way at once. A call beyond that waits for a place, in order.
 *
 * <p>Thread: any; answers come on the asker's context. Limits: {@value #WAIT_MILLIS} ms of waiting, and four times as
 * many waiting calls as places; then Refused(RATE_LIMITED).
 */
final class Places {
  private static final long WAIT_MILLIS = 1_000;
  private static final int WAITING_FACTOR = 4;

  private record Waiter(Context context, Promise<Void> promise) { }

  private static final class User {
    private int taken;
    private final Deque<Waiter> waiting = new ArrayDeque<>();
  }

  private final Vertx vertx;
  private final int places;
  /** Users with a call under way. Guarded by this. */
  private final Map<Long, User> users = new HashMap<>();

  Places(Vertx vertx, int places) {
    this.vertx = vertx;
    this.places = places;
  }

  /** When it succeeds, the place must be left exactly once. */
  Future<Void> enter(long userId) {
    Waiter waiter;
    synchronized (this) {
      User user = users.computeIfAbsent(userId, id -> new User());
      if (user.taken < places) {
        user.taken++;
        return Future.succeededFuture();
      }
      if (user.waiting.size() >= places * WAITING_FACTOR) {
        return refused();
      }
      waiter = new Waiter(vertx.getOrCreateContext(), Promise.promise());
      user.waiting.add(waiter);
    }
    long timer = vertx.setTimer(WAIT_MILLIS, late -> giveUp(userId, waiter));
    return waiter.promise.future().onSuccess(entered -> vertx.cancelTimer(timer));
  }

  private static Future<Void> refused() {
    return Future.failedFuture(
        new Refused(Problem.RATE_LIMITED, "Too many calls at once, wait for their answers", WAIT_MILLIS));
  }

  private void giveUp(long userId, Waiter waiter) {
    boolean waited;
    synchronized (this) {
      User user = users.get(userId);
      waited = user != null && user.waiting.remove(waiter);
    }
    if (waited) {
      refused().onComplete(waiter.promise);
    }
  }

  void leave(long userId) {
    Waiter next;
    synchronized (this) {
      User user = users.get(userId);
      next = user.waiting.poll();
      if (next == null && --user.taken == 0) {
        users.remove(userId);
      }
    }
    if (next != null) {
      next.context.runOnContext(turn -> next.promise.complete());
    }
  }
}
