package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.http.RawHttp;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class IdleHttpConnectionsTest {
  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: a\r\n";
  private static final String PROXIED = HEALTH + "X-Forwarded-For: 1.2.3.4\r\n\r\n";

  private static void pause(long seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    Until.holds("a pause", Until.SOON, () -> System.nanoTime() > end);
  }

  @Test
  void says_how_long_a_connection_may_wait_and_closes_it_then() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest("HTTP_IDLE_SECONDS", "1"); RawHttp http = new RawHttp(node.port)) {
      assertThat(http.send(HEALTH + "\r\n").answer()).containsIgnoringCase("\r\nKeep-Alive: timeout=1\r\n");
      long start = System.nanoTime();
      assertThat(http.isClosed()).isTrue();
      assertThat(System.nanoTime() - start).isBetween(900_000_000L, 4_000_000_000L);
    }
    try (EdgeUnderTest node = new EdgeUnderTest(); RawHttp http = new RawHttp(node.port)) {
      assertThat(http.send(HEALTH + "\r\n").answer()).containsIgnoringCase("\r\nKeep-Alive: timeout=75\r\n");
    }
  }

  @Test
  void a_body_that_takes_longer_than_half_a_minute_is_400() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest(); RawHttp http = new RawHttp(node.port)) {
      http.send("POST /register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n");
      for (int i = 0; i < 6; i++) {
        pause(4);
        http.send(" ");
      }
      assertThat(http.answer()).startsWith("HTTP/1.1 400").contains("took too long");
      assertThat(http.isClosed()).isTrue();
    }
  }

  @Test
  void a_body_that_does_not_end_after_the_answer_ends_the_connection() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest(); RawHttp http = new RawHttp(node.port)) {
      assertThat(http.send(HEALTH + "Content-Length: 64\r\n\r\n").answer()).startsWith("HTTP/1.1 200");
      assertThat(http.isClosed()).isTrue();
    }
  }

  @Test
  void closes_what_comes_through_a_proxy_with_notice_only() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest("HTTP_IDLE_SECONDS", "1"); RawHttp http = new RawHttp(node.port)) {
      assertThat(http.send(PROXIED).answer()).containsIgnoringCase("Keep-Alive")
          .doesNotContainIgnoringCase("connection: close");
      pause(4);
      assertThat(http.send(PROXIED).answer()).startsWith("HTTP/1.1 200").containsIgnoringCase("\r\nConnection: close\r\n")
          .doesNotContainIgnoringCase("keep-alive:");
      assertThat(http.isClosed()).isTrue();
    }
  }

  /** Otherwise a request that is on its way meets the end of its connection, and somebody gets a 502. */
  @Test
  void a_node_that_stops_answers_what_a_proxy_was_just_sending() throws IOException {
    EdgeUnderTest node = new EdgeUnderTest();
    try (RawHttp proxied = new RawHttp(node.port); RawHttp another = new RawHttp(node.port);
        RawHttp direct = new RawHttp(node.port); RawHttp fresh = new RawHttp(node.port)) {
      for (RawHttp each : List.of(proxied, another)) {
        assertThat(each.send(PROXIED).answer()).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("connection: close");
      }
      assertThat(direct.send(HEALTH + "\r\n").answer()).startsWith("HTTP/1.1 200");
      Future<Void> stopped = node.vertx.close();
      // It listens no more, and has told its connections.
      assertThat(direct.isClosed()).isTrue();
      for (RawHttp each : List.of(proxied, fresh)) {
        assertThat(each.send(PROXIED).answer()).startsWith("HTTP/1.1 200").containsIgnoringCase("\r\nConnection: close\r\n")
            .doesNotContainIgnoringCase("keep-alive:");
        assertThat(each.isClosed()).isTrue();
      }
      assertThat(another.isClosed()).as("nobody asks any more").isTrue();
      stopped.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void says_nothing_of_keeping_what_the_client_wants_to_be_closed() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest()) {
      for (String request : List.of(HEALTH + "Connection: close\r\n\r\n", HEALTH + "Connection: x, Close\r\n\r\n",
          "GET /health HTTP/1.0\r\n\r\n")) {
        try (RawHttp http = new RawHttp(node.port)) {
          assertThat(http.send(request).answer()).contains(" 200 ").doesNotContainIgnoringCase("keep-alive");
          assertThat(http.isClosed()).isTrue();
        }
      }
      try (RawHttp http = new RawHttp(node.port)) {
        String request = "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        assertThat(http.send(request).answer()).containsIgnoringCase("\r\nKeep-Alive: timeout=75\r\n");
        assertThat(http.send(request).answer()).contains(" 200 ");
      }
    }
  }

  @Test
  void never_closes_what_may_wait_for_ever() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest("HTTP_IDLE_SECONDS", "0"); RawHttp http = new RawHttp(node.port)) {
      assertThat(http.send(HEALTH + "\r\n").answer()).doesNotContainIgnoringCase("keep-alive:");
      pause(4);
      assertThat(http.send(HEALTH + "\r\n").answer()).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("close");
    }
  }
}
