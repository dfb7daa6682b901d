package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.http.RawHttp;
import io.fastroom.model.Listing;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.support.LogLines;
import io.fastroom.support.Until;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Clients that are gone from one moment to the next. */
class ResetConnectionsTest {
  @Test
  void one_that_had_asked_twice_is_no_word_in_the_log() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest("CONNECTIONS_PER_ADDRESS", "1"); LogLines log = new LogLines()) {
      AtomicInteger asked = new AtomicInteger();
      node.bus.answer(PersistenceApi.LIST_ROOMS, question -> {
        asked.incrementAndGet();
        return Promise.<Listing<PersistenceApi.SeenRoom>>promise().future();
      }).await();
      String request = "GET /rooms HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + node.token() + "\r\n\r\n";
      try (Socket socket = new Socket("127.0.0.1", node.port)) {
        socket.getOutputStream().write((request + request).getBytes(StandardCharsets.US_ASCII));
        Until.holds("the first is under way", () -> asked.get() == 1);
        socket.setSoLinger(true, 0);
      }
      Until.holds("the connection is gone", () -> isServed(node));
      assertThat(log.lines()).noneMatch(line -> line.contains("Exception"));
      assertThat(log.stackTraces()).isEmpty();
    }
  }

  /** While there is another connection this one is closed. */
  private static boolean isServed(EdgeUnderTest node) {
    try {
      return RawHttp.status(node.answer("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")) == 200;
    } catch (IOException | RuntimeException | AssertionError closed) {
      return false;
    }
  }
}
