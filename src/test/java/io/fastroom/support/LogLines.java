package io.fastroom.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Everything that is logged in this process while it is open, at every level, with stack traces told by their message. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger ours = (Logger) LoggerFactory.getLogger("fastroom");
  private final Level before = ours.getLevel();

  public LogLines() {
    ours.setLevel(Level.DEBUG);
    root.addAppender(this);
    start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    events.add(event);
  }

  public List<String> lines() {
    return events.stream().map(event -> event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage()
        + (event.getThrowableProxy() == null ? "" : " !" + event.getThrowableProxy().getMessage())).toList();
  }

  public List<String> stackTraces() {
    return lines().stream().filter(line -> line.contains(" !")).toList();
  }

  @Override
  public void close() {
    root.detachAppender(this);
    ours.setLevel(before);
    stop();
  }
}
