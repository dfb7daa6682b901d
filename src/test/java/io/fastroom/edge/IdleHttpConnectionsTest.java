package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.http.RawHttp;
import io.fastroom.support.Until;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
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

  @Test
  void never_closes_what_may_wait_for_ever() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest("HTTP_IDLE_SECONDS", "0"); RawHttp http = new RawHttp(node.port)) {
      assertThat(http.send(HEALTH + "\r\n").answer()).doesNotContainIgnoringCase("keep-alive:");
      pause(4);
      assertThat(http.send(HEALTH + "\r\n").answer()).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("close");
    }
  }
}
