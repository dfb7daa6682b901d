package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.fastroom.support.LogLines;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers can bring into a node's log, and what must not get there. */
final class LogsTest {
  @Test
  void a_token_that_cannot_be_read_is_not_told_at_any_level() throws Exception {
    try (EdgeUnderTest node = new EdgeUnderTest(); LogLines log = new LogLines()) {
      String token = node.token();
      for (String unreadable : List.of("Authorization: Bearer " + token + "\u007f",
          "Authorization: Bearer " + token + "\u0001", "Sec-WebSocket-Protocol: bearer, " + token + "\u0001",
          "Content-Length: " + token, "Author ization" + token + ": x")) {
        assertThat(node.answer("GET /users HTTP/1.1\r\nHost: a\r\n" + unreadable + "\r\n\r\n"))
            .as(unreadable).startsWith("HTTP/1.1 400");
      }
      assertThat(node.answer("GET /users " + token + "/1.1\r\nHost: a\r\n\r\n")).matches("(?s)HTTP/1\\.[01] (400|505).*");
      assertThat(log.lines()).anyMatch(line -> line.startsWith("DEBUG fastroom.websocket"))
          .noneMatch(line -> line.contains(token));
    }
  }

  /** New lines, the escapes of terminals, in both of their forms, and what turns a line around. */
  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\u001b", "\u007f", "\u0085", "\u009b", "\u2028", "\u2029", "\u202e", "\u2066",
      "\u200b"})
  void a_character_that_is_not_seen_begins_no_line_and_hides_nothing(String unseen) throws Exception {
    String name = "al" + unseen + "ice";
    assertThat(written(name, null)).endsWith(" INFO  fastroom.auth login account=al?ice " + System.lineSeparator());
    assertThat(written("\u0451\u00e9\ud83d\ude00", null)).contains("account=\u0451\u00e9\ud83d\ude00");
    String trace = written("alice", new IllegalStateException("of " + name));
    assertThat(trace).contains(System.lineSeparator() + "\tat " + LogsTest.class.getName())
        .containsOnlyOnce("IllegalStateException: of");
    if (!unseen.equals("\n")) {
      assertThat(trace).contains("IllegalStateException: of al?ice").doesNotContain(unseen.equals("\r") ? "al\r" : unseen);
    }
  }

  /** As a node writes it. */
  private static String written(String name, Throwable failure) throws Exception {
    LoggerContext logs = new LoggerContext();
    try {
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(logs);
      configurator.doConfigure(new File("src/main/resources/logback.xml"));
      Logger logger = logs.getLogger("fastroom.auth");
      OutputStreamAppender<ILoggingEvent> text = (OutputStreamAppender<ILoggingEvent>)
          logs.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).getAppender("text");
      return new String(text.getEncoder().encode(new LoggingEvent(LogsTest.class.getName(), logger, Level.INFO,
          "login account={}", failure, new Object[] {name})), StandardCharsets.UTF_8);
    } finally {
      logs.stop();
    }
  }
}
