package io.fastroom.support;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Fails every test class during which an event loop was blocked. Registered for all of them. */
public final class BlockedThreads implements BeforeAllCallback, AfterAllCallback {
  private static final Queue<String> WARNINGS = new ConcurrentLinkedQueue<>();

  static {
    AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
      @Override
      protected void append(ILoggingEvent warning) {
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
