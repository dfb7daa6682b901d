package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;

/**
 * Questions that share statements: those asked while one is under way go into the next. A question that PostgreSQL
 * cannot process, or that waits for a locked row, fails alone: the others are asked again without it.
 *
 * <p>Thread: any. Limits: {@value #WAITING} wait, beyond it UNAVAILABLE.
 */
final class Gathering<Q, A> {
  private static final int WAITING = 20_000;

  private final int group;
  private final Function<List<Q>, Future<List<A>>> statement;
  /** Guarded by this, as is {@link #asking}. */
  private final Queue<Asked<Q, A>> waiting = new ArrayDeque<>();
  private boolean asking;

  /**
   * @param group questions in a statement, at most
   * @param statement answers as many as were asked, in order; fails with PostgreSQL's own errors
   */
  Gathering(int group, Function<List<Q>, Future<List<A>>> statement) {
    this.group = group;
    this.statement = statement;
  }

  /** @param alone whether it must have a statement of its own */
  private record Asked<Q, A>(Q question, boolean alone, Promise<A> answer) { }

  /** Fails as the statement does. */
  Future<A> ask(Q question) {
    return ask(question, false);
  }

  /** The same for a question that is known to wait for a lock. */
  Future<A> askAlone(Q question) {
    return ask(question, true);
  }

  private Future<A> ask(Q question, boolean alone) {
    Promise<A> answer = Promise.promise();
    if (isFirst(new Asked<>(question, alone, answer))) {
      next();
    }
    return answer.future();
  }

  private synchronized boolean isFirst(Asked<Q, A> asked) {
    if (waiting.size() >= WAITING) {
      asked.answer().fail(new Refused(Problem.UNAVAILABLE));
      return false;
    }
    waiting.add(asked);
    boolean first = !asking;
    asking = true;
    return first;
  }

  private synchronized List<Asked<Q, A>> take() {
    List<Asked<Q, A>> some = new ArrayList<>();
    while (!waiting.isEmpty() && some.size() < group) {
      if (waiting.peek().alone() && !some.isEmpty()) {
        break;
      }
      some.add(waiting.poll());
      if (some.get(0).alone()) {
        break;
      }
    }
    asking = !some.isEmpty();
    return some;
  }

  private void next() {
    List<Asked<Q, A>> some = take();
    if (!some.isEmpty()) {
      ask(some).onComplete(done -> next());
    }
  }

  private Future<Void> ask(List<Asked<Q, A>> some) {
    return statement.apply(some.stream().map(Asked::question).toList()).transform(result -> {
      if (result.succeeded()) {
        for (int i = 0; i < some.size(); i++) {
          some.get(i).answer().complete(result.result().get(i));
        }
      } else if (some.size() > 1 && SqlErrors.isOfOne(result.cause())) {
        int half = some.size() / 2;
        return ask(some.subList(0, half)).compose(done -> ask(some.subList(half, some.size())));
      } else {
        some.forEach(asked -> asked.answer().fail(result.cause()));
      }
      return Future.succeededFuture();
    });
  }
}
