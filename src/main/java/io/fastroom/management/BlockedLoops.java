package io.fastroom.management;

import io.fastroom.internals.EventLoops;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.VertxOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of event loops that are blocked for far less than Vert.x's own limit. With so short a limit a cold start or a
 * busy machine looks like a blocked loop, so it warns only of a loop that waits or computes, not of one that loads
 * classes or gets no processor.
 *
 * <p>Thread: that of Vert.x's checker.
 */
public final class BlockedLoops {
  private static final Logger LOG = LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long TICK_MILLIS = 50;
  private static final Pattern BLOCKING = Pattern.compile("java\\.(io|net)\\.|sun\\.nio\\.");
  /** Parts of the JVM that work only once: loading and linking of classes. */
  private static final Set<String> COLD =
      Set.of("java.lang.ClassLoader", "java.lang.invoke.MethodHandleNatives", "jdk.internal.loader.NativeLibraries");
  private static final String POLL = "epollWait";

  private final Phase phase;
  /** The processor time of each loop at its last tick. */
  private final Map<Thread, Long> worked = new ConcurrentHashMap<>();

  private BlockedLoops(Phase phase) {
    this.phase = phase;
  }

  /** @param millis how long a loop may be blocked, null for Vert.x's default */
  public static VertxOptions into(VertxOptions options, Long millis) {
    return millis == null ? options : options
        .setMaxEventLoopExecuteTime(millis).setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
        .setBlockedThreadCheckInterval(Math.max(1, millis / 4)).setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS);
  }

  /** To be called when {@link #into} was given a limit. */
  public static void watch(Vertx vertx, Phase phase) {
    BlockedLoops blocked = new BlockedLoops(phase);
    EventLoops.of(vertx).forEach(loop -> loop.scheduleWithFixedDelay(
        () -> blocked.worked.put(Thread.currentThread(), THREADS.getCurrentThreadCpuTime()),
        0, TICK_MILLIS, TimeUnit.MILLISECONDS));
    EventLoops.onBlocked(vertx, blocked::tell);
  }

  private void tell(Thread loop, long forNanos, long limitNanos) {
    StackTraceElement[] stack = loop.getStackTrace();
    if (!phase.isServing() || isCold(stack) || !isHeld(loop, stack, limitNanos)) {
      return;
    }
    VertxException where = new VertxException("Thread blocked", false);
    where.setStackTrace(stack);
    LOG.warn("Thread {} has been blocked for {} ms, time limit is {} ms", loop.getName(),
        TimeUnit.NANOSECONDS.toMillis(forNanos), TimeUnit.NANOSECONDS.toMillis(limitNanos), where);
  }

  private static boolean isCold(StackTraceElement[] stack) {
    return stack.length == 0 || stack[0].getMethodName().startsWith(POLL)
        || Stream.of(stack).anyMatch(frame -> COLD.contains(frame.getClassName()));
  }

  /** Whether the loop waits, or has computed for most of the limit; otherwise the system did not let it run. */
  private boolean isHeld(Thread loop, StackTraceElement[] stack, long limit) {
    if (loop.getState() != Thread.State.RUNNABLE || stack[0].isNativeMethod() && BLOCKING.matcher(
        stack[0].getClassName()).lookingAt()) {
      return true;
    }
    return THREADS.getThreadCpuTime(loop.getId()) - worked.getOrDefault(loop, 0L) > limit / 4 * 3;
  }
}
