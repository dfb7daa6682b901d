package io.fastroom.support;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;

/** Waits for a condition with a limit. */
public final class Until {
  public static final Duration SOON = Duration.ofSeconds(8);

  private Until() { }

  /**
   * Asks until it holds, less often the longer it takes, since each question is work for a machine that all tests share; an
   * exception counts as not yet and is the cause of the failure.
   */
  public static void holds(String what, Duration limit, Callable<Boolean> condition) {
    long end = System.nanoTime() + limit.toNanos();
    Exception last = null;
    long between = 20;
    do {
      try {
        if (condition.call()) {
          return;
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
      pause(between);
      between = Math.min(100, between + 10);
    } while (System.nanoTime() < end);
    throw new AssertionError("not within " + limit.toMillis() + " ms: " + what, last);
  }

  public static void holds(String what, Callable<Boolean> condition) {
    holds(what, SOON, condition);
  }

  /** The first answer that is no exception. */
  public static <T> T answered(String what, Duration limit, Callable<T> question) {
    AtomicReference<T> answer = new AtomicReference<>();
    holds(what, limit, () -> {
      answer.set(question.call());
      return true;
    });
    return answer.get();
  }

  /** For a pace or a wait that the contract itself gives in seconds, never to hope that something has happened. */
  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
