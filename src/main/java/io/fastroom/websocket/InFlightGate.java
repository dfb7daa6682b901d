package io.fastroom.websocket;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;

/**
 * Whether one socket is read from: not while a question is under way whose answer the next frame may need, not while
 * too many others are, and not while the peer does not read its answers. So little of a client's piles up here.
 *
 * <p>Thread: the event loop of its socket. Limits: {@link #MAX_BESIDE} questions beside one another.
 */
final class InFlightGate {
  private static final int MAX_BESIDE = 64;
  private static final int ALONE = 1;
  private static final int BESIDE = 2;
  private static final int OUTBOX = 4;

  private final Wire wire;
  private int holds;
  private int beside;
  private boolean parting;
  /** Completed when no concurrent question is under way; null while nobody waits for it. */
  private Promise<Void> settled;

  InFlightGate(Wire wire) {
    this.wire = wire;
  }

  /** Reads nothing more until the answer has been handled. */
  <T> void alone(Future<T> answer, Consumer<AsyncResult<T>> handler) {
    hold(ALONE);
    answer.onComplete(result -> {
      try {
        handler.accept(result);
      } finally {
        release(ALONE);
      }
    });
  }

  /** Reads on meanwhile, up to a limit. */
  <T> void beside(Future<T> answer, Consumer<AsyncResult<T>> handler) {
    if (++beside >= MAX_BESIDE) {
      hold(BESIDE);
    }
    answer.onComplete(result -> {
      try {
        handler.accept(result);
      } finally {
        beside--;
        release(BESIDE);
        if (beside == 0 && settled != null) {
          Promise<Void> done = settled;
          settled = null;
          done.complete();
        }
      }
    });
  }

  /** Completes when all concurrent questions have been handled. To be awaited {@link #alone}. */
  Future<Void> settled() {
    if (beside == 0) {
      return Future.succeededFuture();
    }
    settled = Promise.promise();
    return settled.future();
  }

  /** Something was written at the client's request. */
  void wrote(Outbox outbox) {
    if (!outbox.isLow() && parting) {
      mute(outbox);
    } else if (!outbox.isLow()) {
      hold(OUTBOX);
    }
  }

  /** The client's last frame is there: what comes before it is handled, whether or not the answers are read. */
  void parting(Outbox outbox) {
    parting = true;
    if ((holds & OUTBOX) != 0) {
      mute(outbox);
      release(OUTBOX);
    }
  }

  private static void mute(Outbox outbox) {
    outbox.shut();
    outbox.drop();
  }

  void drained(Outbox outbox) {
    if (outbox.isLow()) {
      release(OUTBOX);
    }
  }

  /** Whether nothing keeps it from reading. */
  boolean isOpen() {
    return holds == 0;
  }

  /** Reads on whatever questions are under way. */
  void open() {
    holds = 0;
    wire.resume();
  }

  private void hold(int reason) {
    if (holds == 0) {
      wire.pause();
    }
    holds |= reason;
  }

  private void release(int reason) {
    int before = holds;
    holds &= ~reason;
    if (before != 0 && holds == 0) {
      wire.resume();
    }
  }
}
