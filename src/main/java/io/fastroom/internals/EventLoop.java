package io.fastroom.internals;

import io.netty.channel.SingleThreadEventLoop;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.internal.ContextInternal;

/**
 * A Vert.x context as the event loop it runs on. It uses {@code io.vertx.core.internal} because the public context can
 * neither tell which Netty loop it has nor run a task at once when it is already on that loop.
 *
 * <p>Thread: any.
 */
public final class EventLoop {
  private final ContextInternal context;

  private EventLoop(ContextInternal context) {
    this.context = context;
  }

  public static EventLoop of(Context context) {
    return new EventLoop((ContextInternal) context);
  }

  /** The Netty event loop. */
  public SingleThreadEventLoop netty() {
    return (SingleThreadEventLoop) context.nettyEventLoop();
  }

  /** Runs the task at once, with this context as the current one; to be called on this loop. */
  public void dispatch(Runnable task) {
    context.dispatch(task);
  }

  /** The same with an argument, which avoids a capturing lambda. */
  public <T> void dispatch(T argument, Handler<T> task) {
    context.dispatch(argument, task);
  }

  /** @param millis at least 1 */
  public void setTimer(long millis, Runnable task) {
    context.setTimer(millis, id -> task.run());
  }
}
