package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.LogLines;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages of the same origin may open sockets, whatever proxies make of the host; those of others may not. */
class SameOriginTest {
  private static EdgeUnderTest alone;
  private static EdgeUnderTest behind;
  private static EdgeUnderTest known;

  @BeforeAll
  static void start() {
    alone = new EdgeUnderTest();
    behind = new EdgeUnderTest("TRUSTED_PROXIES", "127.0.0.1");
    known = new EdgeUnderTest("PUBLIC_URL", "https://chat.example/app", "WS_ORIGINS", "https://*.friend.example",
        "TRUSTED_PROXIES", "127.0.0.1");
  }

  @AfterAll
  static void stop() {
    List.of(alone, behind, known).forEach(EdgeUnderTest::close);
  }

  private static int status(EdgeUnderTest node, String origin, String headers) throws IOException {
    String lines = headers.replace(" | ", "\r\n").replace("PORT", String.valueOf(node.port)) + "\r\n";
    return node.handshakeStatus(lines + "Origin: " + origin.replace("PORT", String.valueOf(node.port)) + "\r\n");
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"http://chat.example:PORT; Host: chat.example:PORT",
      "https://chat.example; Host: chat.example",
      "http://chat.example; Host: chat.example", "http://chat.example:8080; Host: chat.example",
          "https://chat.example:8443; Host: chat.example",
      "http://chat_app:PORT; Host: chat_app:PORT", "http://chat_app:8000; Host: chat_app",
          "http://CHAT.example; Host: chat.EXAMPLE",
      "https://xn--bcher-kva.example; Host: xn--bcher-kva.example", "http://[::1]:PORT; Host: [::1]:PORT",
      "http://[::1]:9; Host: [0:0:0:0:0:0:0:1]", "https://chat.example.; Host: chat.example",
          "https://chat.example; Host: chat.example:443",
      "https://chat.example; Host: chat.example:PORT | X-Forwarded-For: 1.2.3.4",
          "http://chat.example:8080; Host: chat.example:PORT | X-Real-IP: 1.2.3.4",
      "http://chat.example:8080; Host: chat.example | Sec-Fetch-Site: same-origin",
          "https://chat.example; Host: up | Sec-Fetch-Site: same-origin"})
  void the_same_origin_is_allowed(String origin, String headers) throws IOException {
    for (EdgeUnderTest node : List.of(alone, behind)) {
      assertThat(status(node, origin, headers)).as(origin + " " + headers).isEqualTo(101);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"null; Host: chat.example", "https://evil.example; Host: chat.example",
      "https://evil.example; Host: chat.example:PORT",
      "https://evil.example; Host: up", "http://chat.example:8080; Host: chat.example:PORT",
          "http://chat.example:8080; Host: chat.example:9090",
      "http://chat.example; Host: chat.example:PORT", "https://chat.example.evil.example; Host: chat.example",
          "https://a.chat.example; Host: chat.example",
      "http://chat.example:8080; Host: chat.example | Sec-Fetch-Site: same-site",
          "http://chat.example:8080; Host: chat.example | Sec-Fetch-Site: cross-site",
      "https://evil.example; Host: chat.example | X-Forwarded-For: 1.2.3.4",
          "https://evil.example; Host: chat.example | Origin: https://chat.example",
      "https://chat.example/; Host: chat.example", "file://; Host: chat.example", "chrome-extension://abc; Host: abc"})
  void another_is_not(String origin, String headers) throws IOException {
    for (EdgeUnderTest node : List.of(alone, behind)) {
      assertThat(status(node, origin, headers)).as(origin + " " + headers).isEqualTo(403);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"https://chat.example; Host: up | X-Forwarded-Host: chat.example; 101",
      "https://chat.example:8443; Host: up | X-Forwarded-Host: chat.example:8443; 101",
          "http://chat.example:8080; Host: up | X-Forwarded-Host: chat.example; 101",
      "https://chat.example; Host: up | X-Forwarded-Host: chat.example, inner | X-Forwarded-Proto: https; 101",
      "https://chat.example; Host: chat.example | X-Forwarded-Proto: http; 101",
          "https://chat.example; Host: chat.example | X-Forwarded-Proto: wss; 101",
      "https://evil.example; Host: evil.example | X-Forwarded-Host: chat.example; 403",
          "http://chat.example; Host: chat.example | X-Forwarded-Proto: https; 403",
      "https://evil.example; Host: up | X-Forwarded-Host: chat.example; 403"})
  void a_trusted_proxy_is_believed_and_no_other(String origin, String headers, int expected) throws IOException {
    assertThat(status(behind, origin, headers)).isEqualTo(expected);
    if (headers.contains("X-Forwarded-Host: chat.example")) {
      assertThat(status(alone, origin, headers)).isEqualTo(origin.contains("evil")
          && headers.contains("Host: evil") ? 101 : 403);
    }
  }

  @Test
  void where_people_find_us_is_exact_when_it_is_known() throws IOException {
    assertThat(status(known, "https://chat.example", "Host: up")).isEqualTo(101);
    assertThat(status(known, "https://chat.example:8443", "Host: chat.example")).isEqualTo(403);
    assertThat(status(known, "https://a.friend.example", "Host: up")).isEqualTo(101);
    assertThat(status(known, "https://friend.example", "Host: up")).isEqualTo(403);
  }

  @Test
  void warns_once_of_each_proxy_that_is_not_named() throws IOException {
    try (LogLines log = new LogLines()) {
      for (int i = 0; i < 3; i++) {
        status(alone, "https://chat.example", "Host: chat.example | X-Forwarded-For: 1.2.3.4");
        status(behind, "https://chat.example", "Host: chat.example | X-Forwarded-For: 1.2.3.4");
      }
      assertThat(log.lines().stream().filter(line -> line.startsWith("WARN"))).hasSizeLessThanOrEqualTo(1)
          .allMatch(line -> line.contains("127.0.0.1") && line.contains("TRUSTED_PROXIES"));
    }
    try (EdgeUnderTest fresh = new EdgeUnderTest(); LogLines log = new LogLines()) {
      for (String header : List.of("X-Forwarded-Proto: https", "X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4")) {
        fresh.answer("GET /health HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n");
      }
      assertThat(log.lines().stream().filter(line -> line.startsWith("WARN"))).singleElement().asString()
          .contains("127.0.0.1", "TRUSTED_PROXIES");
    }
  }

  /** Otherwise all its clients would count as one, and nobody would know why. */
  @Test
  void warns_of_a_named_proxy_whose_word_is_not_read() throws IOException {
    try (EdgeUnderTest node = new EdgeUnderTest("TRUSTED_PROXIES", "127.0.0.1"); LogLines log = new LogLines()) {
      String health = "GET /health HTTP/1.1\r\nHost: a\r\n";
      node.answer(health + "X-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n\r\n");
      node.answer(health + "X-Forwarded-Proto: https\r\n\r\n");
      assertThat(log.lines()).noneMatch(line -> line.startsWith("WARN"));
      node.answer(health + "Forwarded: for=1.2.3.4;proto=https\r\n\r\n");
      node.answer(health + "Forwarded: for=1.2.3.5;proto=https\r\n\r\n");
      assertThat(log.lines()).filteredOn(line -> line.startsWith("WARN")).singleElement().asString()
          .contains("Forwarded from 127.0.0.1 is not read", "X-Forwarded-For");
    }
  }
}
