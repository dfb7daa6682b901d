package io.fastroom.http;

import io.fastroom.auth.RateLimits;
import io.vertx.core.Future;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToLongFunction;

/** Answers as a test says, and says what it was asked. */
final class ScriptedLimits implements RateLimits {
  final Queue<Object> asked;
  volatile ToLongFunction<String> answer;

  ScriptedLimits(Queue<Object> asked, ToLongFunction<String> answer) {
    this.asked = asked;
    this.answer = answer;
  }

  ScriptedLimits(ToLongFunction<String> answer) {
    this(new ConcurrentLinkedQueue<>(), answer);
  }

  private Future<Long> ask(String key) {
    asked.add(key);
    return Future.succeededFuture(answer.applyAsLong(key));
  }

  @Override
  public Future<Long> take(String key, Budget budget) {
    return ask(key);
  }

  @Override
  public void settle(String key, Budget budget, boolean counts) {
    asked.add((counts ? "keep " : "back ") + key);
  }

  @Override
  public Future<Long> waitMillis(String key, SlowDown slowDown) {
    return ask(key);
  }

  @Override
  public void failed(String key, SlowDown slowDown) {
    asked.add("failed " + key);
  }

  @Override
  public Future<Long> pour(String key, int costMillis, int sizeMillis) {
    return ask(key);
  }
}
