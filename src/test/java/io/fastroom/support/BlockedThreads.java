package io.fastroom.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails every test class during which an event loop was blocked. Registered for all of them. A warning given while no thread
 * of this JVM got its turn in time is not counted: it blames a loop for what the machine did.
 */
public final class BlockedThreads implements BeforeAllCallback, AfterAllCallback {
  private static final Queue<String> WARNINGS = new ConcurrentLinkedQueue<>();
  private static final long TURN_MILLIS = 20;
  private static final long LATE_MILLIS = 60;
  private static final long MEMORY_MILLIS = 3_000;
  private static volatile long starvedAt = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(MEMORY_MILLIS);

  static {
    AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
      @Override
      protected void append(ILoggingEvent warning) {
        if (System.nanoTime() - starvedAt < TimeUnit.MILLISECONDS.toNanos(MEMORY_MILLIS)) {
          return;
        }
        StringBuilder text = new StringBuilder(warning.getFormattedMessage());
        if (warning.getThrowableProxy() != null) {
          for (var frame : warning.getThrowableProxy().getStackTraceElementProxyArray()) {
            text.append("\n  ").append(frame.getSTEAsString());
          }
        }
        WARNINGS.add(text.toString());
      }
    };
    appender.start();
    ((Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker")).addAppender(appender);
    Thread watch = new Thread(BlockedThreads::watch, "starvation");
    watch.setDaemon(true);
    watch.start();
  }

  private static void watch() {
    while (true) {
      long began = System.nanoTime();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS));
      if (System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS + LATE_MILLIS)) {
        starvedAt = System.nanoTime();
      }
    }
  }

  public static List<String> warnings() {
    return List.copyOf(WARNINGS);
  }

  /** For a test that blocks a loop on purpose. */
  public static List<String> take() {
    List<String> taken = warnings();
    WARNINGS.clear();
    return taken;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    WARNINGS.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (!WARNINGS.isEmpty()) {
      throw new AssertionError("an event loop was blocked:\n" + String.join("\n", WARNINGS));
    }
  }
}
