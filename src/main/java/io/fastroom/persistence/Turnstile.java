package io.fastroom.persistence;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** One batch at a time of all the writers that share a connection; they take turns. Thread: the chat writer's. */
final class Turnstile {
  /** Those who want a turn, each once. */
  private final Deque<Supplier<Future<Void>>> waiting = new ArrayDeque<>(2);
  private Future<Void> underWay = Future.succeededFuture();
  private boolean busy;

  /** @param turn begins a batch and answers when it has been delivered, or null when there is nothing to do */
  void ask(Supplier<Future<Void>> turn) {
    if (!waiting.contains(turn)) {
      waiting.addLast(turn);
    }
    if (!busy) {
      next();
    }
  }

  /** Completes when the batch that is being committed, if one is, has been delivered. */
  Future<Void> underWay() {
    return underWay;
  }

  boolean isIdle() {
    return !busy;
  }

  private void next() {
    busy = true;
    while (!waiting.isEmpty()) {
      Supplier<Future<Void>> turn = waiting.removeFirst();
      Future<Void> batch = turn.get();
      if (batch != null) {
        // It may have more, after the others.
        waiting.addLast(turn);
        underWay = batch;
        batch.onComplete(done -> next());
        return;
      }
    }
    busy = false;
  }
}
