package io.fastroom.bus;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/**
 * A step that is repeated until nothing is left to do. Composing each step with the next one makes a chain of futures
 * as long as the work, and completing it needs a stack as deep; here nothing grows with the number of steps.
 *
 * <p>Thread: the one that the steps complete on.
 */
public final class Repeat {
  private final Supplier<Future<Boolean>> step;
  private final Promise<Void> done = Promise.promise();
  private boolean running;
  private boolean again;

  private Repeat(Supplier<Future<Boolean>> step) {
    this.step = step;
  }

  /**
   * Takes the step, and again as long as it completes with true.
   *
   * @return fails with the first step that fails or throws
   */
  public static Future<Void> whileTrue(Supplier<Future<Boolean>> step) {
    Repeat repeat = new Repeat(step);
    repeat.run();
    return repeat.done.future();
  }

  /** A step that completes at once is continued in a new turn of the loop, not in a nested call. */
  private void run() {
    again = true;
    if (running) {
      return;
    }
    running = true;
    while (again) {
      again = false;
      Future.succeededFuture().compose(begun -> step.get()).onComplete(this::taken);
    }
    running = false;
  }

  private void taken(AsyncResult<Boolean> result) {
    if (result.failed()) {
      done.fail(result.cause());
    } else if (result.result()) {
      run();
    } else {
      done.complete();
    }
  }
}
