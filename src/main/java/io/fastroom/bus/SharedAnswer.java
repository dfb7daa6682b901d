package io.fastroom.bus;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * One answer for all who ask at the time. A future completes on the context of whoever asked first; a request that went on
 * there would be handled by another event loop than its own, and a socket would lose what it is sent meanwhile.
 */
public final class SharedAnswer {
  private SharedAnswer() { }

  /** The same answer on the calling context; where there is none, wherever it comes. Any thread. */
  public static <T> Future<T> here(Future<T> shared) {
    if (shared.isComplete()) {
      return shared.succeeded() ? Future.succeededFuture(shared.result()) : Future.failedFuture(shared.cause());
    }
    Context mine = Vertx.currentContext();
    if (mine == null) {
      return shared;
    }
    Promise<T> here = Promise.promise();
    shared.onComplete(answer -> mine.runOnContext(turn -> here.handle(answer)));
    return here.future();
  }
}
