package io.fastroom.internals;

import io.netty.channel.SingleThreadEventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A Vert.x context as the event loop it runs on. It uses {@code io.vertx.core.internal} because the public context can
 * neither tell which Netty loop it has nor run a task at once when it is already on that loop.
 *
 * <p>Thread: any.
 */
public final class EventLoop {
  private static final String TRACEPARENT = "traceparent";
  private static final int MAX_TRACEPARENT = 64;

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

  /**
   * Runs the work as a span, of which whatever it asks for becomes a part. Without traces it is just run. To be called on
   * this loop.
   *
   * @param traceparent of the trace that it continues (W3C Trace Context), null for a trace of its own
   */
  public <T> Future<T> traced(String name, String traceparent, Supplier<Future<T>> work) {
    VertxTracer<?, ?> tracer = context.tracer();
    return tracer == null ? work.get() : traced(tracer, name, traceparent, work);
  }

  private <I, T> Future<T> traced(VertxTracer<I, ?> tracer, String name, String traceparent, Supplier<Future<T>> work) {
    ContextInternal own = context.duplicate();
    I span = tracer.receiveRequest(own, SpanKind.RPC, TracingPolicy.ALWAYS, name, name,
        traceparent == null ? List.of() : List.of(Map.entry(TRACEPARENT, traceparent)), TagExtractor.empty());
    Promise<T> done = Promise.promise();
    own.dispatch(() -> work.get().onComplete(answer -> {
      tracer.sendResponse(own, null, span, answer.cause(), TagExtractor.empty());
      // Where there would be no span: what the asker goes on with is no part of it.
      context.dispatch(() -> done.handle(answer));
    }));
    return done.future();
  }

  /** What a request says of the trace that it is of, null for nothing that could be kept. */
  public static String traceparent(MultiMap headers) {
    String text = headers.get(TRACEPARENT);
    return text != null && text.length() <= MAX_TRACEPARENT ? text : null;
  }

  /** @param millis at least 1 */
  public void setTimer(long millis, Runnable task) {
    context.setTimer(millis, id -> task.run());
  }
}
