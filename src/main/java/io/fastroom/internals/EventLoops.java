package io.fastroom.internals;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;

/** All event loops of a Vert.x and its blocked-thread checker, neither of which the public API gives. Thread: any. */
public final class EventLoops {
  /** Told of a blocked loop. */
  public interface Blocked {
    /** Thread: that of Vert.x's checker. Both times are in nanoseconds. */
    void blocked(Thread loop, long forNanos, long limitNanos);
  }

  private EventLoops() { }

  public static List<EventExecutor> of(Vertx vertx) {
    List<EventExecutor> loops = new ArrayList<>();
    ((VertxInternal) vertx).nettyEventLoopGroup().forEach(loops::add);
    return loops;
  }

  /** Replaces Vert.x's own warning. */
  public static void onBlocked(Vertx vertx, Blocked handler) {
    ((VertxInternal) vertx).blockedThreadChecker().setThreadBlockedHandler(
        event -> handler.blocked(event.thread(), event.duration(), event.maxExecTime()));
  }
}
