package io.fastroom.support;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;

/** Vert.x for tests within this process: a loop that is blocked for 200 ms is told of, and {@link BlockedThreads} hears. */
public final class TestVertx {
  private static final long BLOCKED_MILLIS = 200;

  private TestVertx() { }

  public static Vertx create() {
    return Vertx.vertx(new VertxOptions()
        .setMaxEventLoopExecuteTime(BLOCKED_MILLIS).setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
        .setWarningExceptionTime(BLOCKED_MILLIS).setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS)
        .setBlockedThreadCheckInterval(BLOCKED_MILLIS / 4).setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS));
  }
}
