package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.http.RawHttp;
import io.fastroom.support.LogLines;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over the wire gets one answer, in one form, at once. */
class PublicPortTest {
  private static EdgeUnderTest node;

  @BeforeAll
  static void start() {
    node = new EdgeUnderTest();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static JsonObject problem(String answer, int status) {
    assertThat(RawHttp.status(answer)).as(answer).isEqualTo(status);
    assertThat(answer).containsIgnoringCase("\r\nX-Request-Id: ")
        .containsIgnoringCase("\r\nContent-Type: application/problem+json")
        .containsIgnoringCase("\r\nX-Content-Type-Options: nosniff");
    JsonObject problem = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertThat(problem.getString("code")).isNotBlank();
    assertThat(problem.getString("type")).isEqualTo("urn:problem-type:fastroom:" + problem.getString("code"));
    assertThat(problem.getInteger("status")).isEqualTo(status);
    return problem;
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%%", "%4", "%zz", "%g0", "%0g", "%-1", "% 1", "%u0041", "%c3", "%c3%28", "%ff", "%fe%ff",
      "%ed%a0%80", "%c0%80", "%f5%80%80%80", "%e2%82", "a%", "a%2", "%25%", "%\u00e9", "\u00e9", "%00%"})
  void a_broken_escape_is_answered_at_once_and_tells_no_token(String broken) throws IOException {
    String token = node.token();
    try (LogLines log = new LogLines()) {
      for (String query : List.of("access_token=" + broken, "access_token=" + token + "&x=" + broken,
          broken + "=1&access_token=" + token, "access_token=" + token + broken, broken)) {
        long start = System.nanoTime();
        // A space would end the path.
        String path = "/ws?" + query.replace(" ", "%20");
        problem(node.answer(node.handshake(path, "")), 400);
        problem(node.answer("GET /rooms?" + query.replace(" ", "%20") + " HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
      }
      assertThat(log.stackTraces()).isEmpty();
      assertThat(log.lines()).noneMatch(line -> line.contains(token));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST /ws", "PUT /ws", "HEAD /ws", "OPTIONS /ws", "DELETE /ws/"})
  void sockets_are_opened_with_get(String request) throws IOException {
    try (RawHttp http = new RawHttp(node.port)) {
      String head = http.send(request + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").head();
      assertThat(head).startsWith("HTTP/1.1 405").containsIgnoringCase("\r\nAllow: GET")
        .containsIgnoringCase("X-Request-Id");
    }
  }

  /** Whoever stands in front may have checked the other one. */
  @Test
  void a_request_with_two_credentials_is_400() throws IOException {
    String good = "Authorization: Bearer " + node.token() + "\r\n";
    assertThat(RawHttp.status(node.answer(node.handshake("/ws", good)))).isEqualTo(101);
    for (String other : List.of("Authorization: Bearer x\r\n", "authorization: Basic eDp5\r\n", good)) {
      for (String both : List.of(good + other, other + good)) {
        problem(node.answer(node.handshake("/ws", both)), 400);
        problem(node.answer("GET /users/me HTTP/1.1\r\nHost: a\r\n" + both + "\r\n"), 400);
      }
    }
  }

  @Test
  void every_refusal_of_a_handshake_is_a_problem_and_counted() throws IOException {
    String good = node.handshake("/ws?access_token=" + node.token(), "");
    assertThat(RawHttp.status(node.answer(good))).isEqualTo(101);
    double bad = count("bad_request");
    for (String wrong : List.of(good.replace("Sec-WebSocket-Key: " + EdgeUnderTest.KEY + "\r\n", ""),
        good.replace(EdgeUnderTest.KEY, "x"), good.replace(EdgeUnderTest.KEY, ""), good.replace(EdgeUnderTest.KEY, "AAAA"),
        good.replace(EdgeUnderTest.KEY, "dGhlIHNhbXBsZSBub25jZQ"), good.replace(EdgeUnderTest.KEY,
            "AAAAAAAAAAAAAAAAAAAAAAA="),
        good.replace(EdgeUnderTest.KEY, "!!!!IHNhbXBsZSBub25jZQ=="),
        good.replace("Host:", "Sec-WebSocket-Key: " + EdgeUnderTest.KEY + "\r\nHost:"),
        good.replace("Host:", "Content-Length: 5\r\nHost:") + "hello", good.replace("/ws?", "/ws?a={b}|\\^`<>&"))) {
      assertThat(problem(node.answer(wrong), 400).getString("code")).isEqualTo("bad_request");
    }
    assertThat(count("bad_request")).isEqualTo(bad + 10);
    double upgrades = count("upgrade_required");
    for (String wrong : List.of(good.replace("Version: 13", "Version: 12"), good.replace("Version: 13", "Version: 8"),
        good.replace("Sec-WebSocket-Version: 13\r\n", ""), good.replace("Version: 13", "Version: 13, 8"),
        good.replace("Host:", "Sec-WebSocket-Version: 8\r\nHost:"), good.replace("Upgrade: websocket\r\n", ""),
        good.replace("Upgrade: websocket", "Upgrade: h2c"), good.replace("Connection: Upgrade\r\n", ""),
        good.replace("HTTP/1.1", "HTTP/1.0"), "GET /ws HTTP/1.1\r\nHost: a\r\n\r\n")) {
      String answer = node.answer(wrong);
      assertThat(problem(answer, 426).getString("code")).isEqualTo("upgrade_required");
      assertThat(answer).containsIgnoringCase("\r\nUpgrade: websocket")
        .containsIgnoringCase("\r\nSec-WebSocket-Version: 13");
    }
    assertThat(count("upgrade_required")).isEqualTo(upgrades + 10);
    double origins = count("origin_not_allowed");
    try (LogLines log = new LogLines()) {
      problem(node.answer(good.replace("Host:", "Origin: https://evil.example\r\nHost:")), 403);
      assertThat(log.lines()).anyMatch(line ->
          line.startsWith("INFO fastroom.websocket handshake refused: origin_not_allowed")
          && line.contains("address=127.0.0.1") && line.contains("origin=https://evil.example"));
    }
    assertThat(count("origin_not_allowed")).isEqualTo(origins + 1);
    double unauthorized = count("unauthorized");
    assertThat(RawHttp.status(node.answer(node.handshake("/ws?access_token=wrong", "")))).isEqualTo(101);
    Until.holds("it is counted", () -> count("unauthorized") == unauthorized + 1);
    assertThat(node.handshakes("accepted")).isPositive();
  }

  private static double count(String outcome) {
    return node.registry.find("fastroom.handshakes").tag("outcome", outcome).counter() == null ? 0
        : node.handshakes(outcome);
  }

  @Test
  void a_handshake_in_other_words_is_as_good() throws IOException {
    String good = node.handshake("/ws?access_token=" + node.token(), "");
    for (String other : List.of(good.replace("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
        good.replace("Connection: Upgrade", "connection: UPGRADE"),
        good.replace("Connection: Upgrade", "Connection: keep-alive\r\nConnection: upgrade"),
        good.replace("Upgrade: websocket", "Upgrade: WebSocket"), good.replace("/ws?", "/ws/?"),
        good.replace("/ws?", "/ws?a=b%20c&"), good.replace("/ws?", "http://127.0.0.1:" + node.port + "/ws?"),
        good.replace("HTTP/1.1", "HTTP/1.2"))) {
      assertThat(RawHttp.status(node.answer(other))).as(other).isEqualTo(101);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n", "", "Host: a b\r\n", "Host: a/b\r\n",
      "Host: a@b\r\n",
      "Host: a,b\r\n\tHost: c\r\n", "Host: [::1\r\n", "Host: a:b\r\n", "Host: a:1:2\r\n", "Host: \u00e9\r\n",
          "Host: a\"\r\n"})
  void a_request_has_one_host(String hosts) throws IOException {
    for (String path : List.of("/health", "/ws", "/", "/nowhere")) {
      problem(node.answer("GET " + path + " HTTP/1.1\r\n" + hosts + "\r\n"), 400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host: \r\n", "Host: a_b:8000\r\n", "Host: [::1]:8000\r\n", "Host: a.\r\n", "Host: A:\r\n",
      "host:a\r\n"})
  void and_any_host_will_do(String host) throws IOException {
    assertThat(RawHttp.status(node.answer("GET /health HTTP/1.1\r\n" + host + "\r\n"))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: 5, 6\r\n", "Content-Length: -1\r\n",
          "Content-Length: +5\r\n",
      "Content-Length: 5x\r\n", "Content-Length: 0x5\r\n", "Content-Length: \r\n",
          "Content-Length: 99999999999999999999\r\n",
      "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding: gzip\r\n",
      "Transfer-Encoding: identity\r\n", "Transfer-Encoding : chunked\r\n", "Transfer-Encoding:\u000bchunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "Content-Length : 5\r\n", "X: a\u0000b\r\n",
          " X: y\r\n"})
  void a_body_has_one_length_or_the_connection_ends(String framing) throws IOException {
    try (RawHttp http = new RawHttp(node.port)) {
      http.send("POST /rooms HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n");
      String answer = http.answer();
      assertThat(RawHttp.status(answer)).as(answer).isBetween(400, 501);
      assertThat(RawHttp.status(answer)).isNotEqualTo(500);
      assertThat(answer).containsIgnoringCase("\r\nX-Request-Id: ");
      assertThat(http.isClosed()).isTrue();
    }
  }

  @Test
  void what_is_no_http_is_a_problem_too() throws IOException {
    for (String nonsense : List.of("nonsense\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP\r\n\r\n",
        "\u0016\u0003\u0001\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n")) {
      problem(node.answer(nonsense), 400);
    }
    problem(node.answer("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n"), 414);
    problem(node.answer("GET / HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"), 431);
    for (String version : List.of("HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/7.1", "FOO/1.1", "FOO/1.0", "HTTPS/1.1")) {
      assertThat(problem(node.answer("GET /health " + version + "\r\nHost: a\r\n\r\n"), 505).getString("code"))
          .isEqualTo("version_not_supported");
    }
    assertThat(RawHttp.status(node.answer("GET /health http/1.1\r\nHost: a\r\n\r\n"))).isIn(200, 505);
    assertThat(RawHttp.status(node.answer("GET /health HTTP/1.9\r\nHost: a\r\n\r\n"))).isEqualTo(200);
    assertThat(node.answer("GET /health HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.").contains(" 200 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n{}\r\n", "-1\r\n", "2\r\n{}\r\n2zz\r\n", "2\r\n{}\r\n\r\n\r\n", "fffffffffffffffff\r\n",
      "2\r\n{}xx0\r\n\r\n"})
  void a_body_that_is_no_http_is_a_problem_too(String chunks) throws IOException {
    String head = " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
        + "Authorization: Bearer " + node.token() + "\r\n\r\n";
    String more = "\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    for (String call : List.of("POST /rooms", "POST /register", "PATCH /rooms/1")) {
      for (boolean late : new boolean[] {false, true}) {
        try (RawHttp http = new RawHttp(node.port)) {
          // Behind another request, which has its own answer first.
          http.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n" + call + head + (late ? "" : chunks + more));
          assertThat(http.status()).isEqualTo(200);
          if (late) {
            http.send(chunks + more);
          }
          String answer = http.answer();
          assertThat(problem(answer, 400).getString("code")).isEqualTo("bad_request");
          assertThat(answer).containsIgnoringCase("\r\nConnection: close");
          assertThat(http.rest()).isEmpty();
        }
      }
    }
  }

  @Test
  void a_body_that_is_no_http_after_the_answer_ends_the_connection() throws IOException {
    try (RawHttp http = new RawHttp(node.port)) {
      http.send("GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      assertThat(http.status()).isEqualTo(200);
      assertThat(http.send("zz\r\n").rest()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /health HTTP/9.9\r\nHost: a\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "nonsense\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n"})
  void what_cannot_be_read_has_one_answer(String text) throws IOException {
    try (RawHttp http = new RawHttp(node.port)) {
      String answer = http.send(text).answer();
      problem(answer, RawHttp.status(answer));
      assertThat(http.rest()).isEmpty();
    }
  }

  @Test
  void a_head_that_cannot_be_read_has_no_body() throws IOException {
    String many = "x".repeat(20_000);
    for (String text : List.of("HEAD /" + many + " HTTP/1.1\r\n\r\n", "\r\nHEAD / HTTP\r\n\r\n",
        "HEAD /health HTTP/9.9\r\n\r\n",
        "HEAD / HTTP/1.1\r\nX: " + many + "\r\n\r\n", "HEAD / HTTP/1.1\r\nno colon\r\n\r\n")) {
      for (String before : List.of("", "GET /health HTTP/1.1\r\nHost: a\r\n\r\n")) {
        try (RawHttp http = new RawHttp(node.port)) {
          assertThat(before.isEmpty() ? 200 : http.send(before).status()).isEqualTo(200);
          String head = http.send(text).head();
          assertThat(RawHttp.status(head)).as(head).isBetween(400, 505);
          assertThat(head).containsIgnoringCase("\r\nContent-Type: application/problem+json");
          assertThat(http.rest()).isEmpty();
        }
      }
    }
  }

  @Test
  void every_other_answer_has_an_id_and_a_code() throws IOException {
    for (String path : List.of("/nowhere", "/rooms/x", "/rooms", "/users/me", "/rooms/%zz")) {
      String answer = node.answer("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
      problem(answer, RawHttp.status(answer));
    }
    problem(node.answer("PUT /health HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"), 405);
    problem(node.answer("GET /rooms HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + node.token() + "\r\n\r\n"), 503);
    for (String path : List.of("/health", "/", "/docs", "/openapi.json")) {
      assertThat(node.answer("GET " + path + " HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n"))
          .startsWith("HTTP/1.1 200").containsIgnoringCase("X-Request-Id: mine\r\n");
    }
  }

  @Test
  void a_token_in_the_query_is_not_taken_where_the_settings_say_so() throws IOException {
    try (EdgeUnderTest strict = new EdgeUnderTest("WS_QUERY_TOKEN", "false"); LogLines log = new LogLines()) {
      String token = strict.token();
      assertThat(strict.answer(strict.handshake("/ws?access_token=" + token, ""))).startsWith("HTTP/1.1 101");
      strict.answer(strict.handshake("/ws?access_token=" + token, "Authorization: Bearer " + token + "\r\n"));
      Until.holds("both are refused", () -> strict.handshakes("unauthorized") == 2);
      strict.answer(strict.handshake("/ws", "Authorization: Bearer " + token + "\r\n"));
      strict.answer(strict.handshake("/ws", "Sec-WebSocket-Protocol: bearer, " + token + "\r\n"));
      Until.holds("both others are accepted", () -> strict.handshakes("accepted") == 2);
      assertThat(log.lines()).noneMatch(line -> line.contains(token));
    }
  }
}
