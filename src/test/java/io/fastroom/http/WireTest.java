package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Room;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketException;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths, methods, bodies and headers as they come over the wire. */
class WireTest {
  private static RestNode node;

  @BeforeAll
  static void start() {
    node = new RestNode();
    node.answer(PersistenceApi.GET_ROOM, get -> Future.succeededFuture(new SeenRoom(
        new Room(get.roomId(), "general", false, Instant.EPOCH), false)));
    node.answer(PersistenceApi.FIND_ROOM, find -> Future.succeededFuture(new SeenRoom(
        new Room(5, find.name(), false, Instant.EPOCH), false)));
    node.answer(PersistenceApi.CREATE_ROOM, create -> Future.succeededFuture(
        new Room(5, create.name(), create.isPrivate(), Instant.EPOCH)));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String head(String method, String path) {
    return method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
        + node.token() + "\r\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b:c %20 \u00e9 \ud83d\ude42", "%", "%2525", "a+b", "members", "join", "a?b#c&d=e",
      "...", "a//b", "{room_name}", "*", ";a=b", "\\", "a;b", "~", "\u202e", "/", "//"})
  void a_name_of_any_letters_is_decoded_exactly_once(String name) {
    String path = "/rooms/by-name/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    for (String spelling : new String[] {path, path + "/", path.replace("%2F", "%2f")}) {
      HttpResponse<String> response = node.send(node.signedIn(spelling));
      assertThat(response.statusCode()).as(spelling).isEqualTo(200);
      assertThat(new JsonObject(response.body()).getString("name")).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a/b/c", "x/members", "x/members/1/ban", "1/join", "a//b", "by-name/x", "a b/%C3%A9"})
  void a_name_whose_slashes_a_proxy_has_decoded_is_found(String name) {
    String decoded = java.net.URLDecoder.decode(name, StandardCharsets.UTF_8);
    for (String spelling : new String[] {name.replace(" ", "%20"), name.replace(" ", "%20") + "/"}) {
      HttpResponse<String> response = node.send(node.signedIn("/rooms/by-name/" + spelling));
      assertThat(response.statusCode()).as(spelling).isEqualTo(200);
      assertThat(new JsonObject(response.body()).getString("name")).isEqualTo(decoded);
    }
    assertThat(node.send(node.signedIn("/rooms/by-name/" + name.replace(" ", "%20")).DELETE()).statusCode()).isEqualTo(405);
  }

  @Test
  void a_path_is_taken_with_and_without_its_slash_and_head_where_get_is() {
    for (String path : new String[] {"/rooms/1", "/rooms/1/", "/rooms/1/?x=y"}) {
      HttpResponse<String> get = node.send(node.signedIn(path));
      assertThat(get.statusCode()).isEqualTo(200);
      HttpResponse<String> head = node.send(node.signedIn(path).method("HEAD", BodyPublishers.noBody()));
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.headers().firstValue("Content-Length")).hasValue(String.valueOf(get.body().length()));
      assertThat(head.headers().firstValue("Content-Type")).hasValue("application/json");
    }
    assertThat(node.send(RestNode.json(node.signedIn("/rooms/"), "POST", "{\"name\":\"x\"}")).statusCode()).isEqualTo(201);
    assertThat(node.send(node.request("/rooms/1").method("HEAD", BodyPublishers.noBody())).statusCode()).isEqualTo(401);
  }

  @Test
  void a_connection_survives_heads_and_refusals() throws IOException {
    try (RawHttp http = new RawHttp(node.port)) {
      for (int i = 0; i < 3; i++) {
        assertThat(http.send("HEAD /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").head()).startsWith("HTTP/1.1 404");
        assertThat(http.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").answer())
            .startsWith("HTTP/1.1 200").endsWith("{\"status\":\"ok\"}");
        assertThat(http.send(head("POST", "/rooms/x/join") + "Content-Length: 2\r\n\r\n{}").status()).isEqualTo(422);
        assertThat(http.send("POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").status()).isEqualTo(401);
      }
    }
  }

  @Test
  void options_tells_the_methods() {
    HttpResponse<String> response = node.send(node.request("/rooms").method("OPTIONS", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS, POST");
  }

  @Test
  void a_body_of_64_kib_is_read_and_one_byte_more_is_413() {
    String body = "{\"name\":\"x\"" + " ".repeat(65_536 - 12) + "}";
    assertThat(node.send(RestNode.json(node.signedIn("/rooms"), "POST", body)).statusCode()).isEqualTo(201);
    assertThat(node.send(RestNode.json(node.signedIn("/rooms"), "POST", body + " ")).statusCode()).isEqualTo(413);
  }

  @Test
  void a_body_announced_too_large_is_refused_unread_and_its_connection_closed() throws IOException {
    for (String length : new String[] {"65537", "99999999999999999"}) {
      try (RawHttp http = new RawHttp(node.port)) {
        String answer = http.send(head("POST", "/rooms") + "Content-Length: " + length + "\r\n\r\n{").answer();
        assertThat(answer).startsWith("HTTP/1.1 413").containsIgnoringCase("connection: close");
        assertThat(http.isClosed()).isTrue();
      }
    }
  }

  @Test
  void a_chunked_body_that_grows_too_large_is_refused_and_no_longer_read() throws IOException {
    try (RawHttp http = new RawHttp(node.port)) {
      http.send(head("POST", "/rooms") + "Transfer-Encoding: chunked\r\n\r\n");
      String chunk = "4000\r\n" + " ".repeat(0x4000) + "\r\n";
      for (int i = 0; i < 5; i++) {
        http.send(chunk);
      }
      assertThat(http.status()).isEqualTo(413);
      try {
        for (int i = 0; i < 100_000; i++) {
          http.send(chunk);
        }
        throw new AssertionError("read on for 1.6 GB");
      } catch (SocketException closed) {
        assertThat(closed).isNotNull();
      }
    }
  }

  @Test
  void a_client_that_waits_to_be_asked_for_its_body_is_asked() throws IOException {
    try (RawHttp http = new RawHttp(node.port)) {
      http.send(head("POST", "/rooms") + "Content-Length: 12\r\nExpect: 100-continue\r\n\r\n");
      assertThat(http.status()).isEqualTo(100);
      assertThat(http.send("{\"name\":\"x\"}").status()).isEqualTo(201);
    }
    try (RawHttp http = new RawHttp(node.port)) {
      http.send(head("POST", "/rooms") + "Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n");
      assertThat(http.status()).isEqualTo(413);
    }
  }

  @Test
  void an_id_for_the_request_comes_back() {
    assertThat(node.send(node.request("/health").header("X-Request-Id", "abc.1_2-3")).headers()
        .firstValue("X-Request-Id")).hasValue("abc.1_2-3");
    assertThat(node.send(node.request("/health").header("X-Request-Id", "a b\"c")).headers()
        .firstValue("X-Request-Id").orElseThrow()).matches("[0-9a-f]{1,16}");
  }

  @Test
  void browsers_of_allowed_origins_may_read() {
    HttpResponse<String> good = node.send(node.signedIn("/rooms/1").header("Origin", "https://good.example"));
    assertThat(good.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://good.example");
    assertThat(good.headers().allValues("Vary")).anyMatch(vary -> vary.equalsIgnoreCase("origin"));
    HttpResponse<String> refused = node.send(node.signedIn("/rooms/x").header("Origin", "https://good.example"));
    assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://good.example");
    HttpResponse<String> preflight = node.send(node.request("/rooms/1").header("Origin", "https://good.example")
        .header("Access-Control-Request-Method", "PATCH").method("OPTIONS", BodyPublishers.noBody()));
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods").orElseThrow()).contains("PATCH");
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow()).contains("Authorization");
    for (String origin : new String[] {"https://evil.example", "null", "https://good.example.evil.example",
        "http://localhost:3000"}) {
      HttpResponse<String> other = node.send(node.signedIn("/rooms/1").header("Origin", origin));
      assertThat(other.statusCode()).isEqualTo(200);
      assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
  }

  @Test
  void times_every_call_by_operation_and_status() {
    node.send(node.signedIn("/rooms/2"));
    node.send(node.request("/rooms/2"));
    node.send(node.request("/no/such/path"));
    assertThat(node.registry.get("fastroom_http_requests").tags("operation", "getRoom", "status", "200").timer().count())
        .isPositive();
    assertThat(node.registry.get("fastroom_http_requests").tags("operation", "getRoom", "status", "401").timer().count())
        .isPositive();
    assertThat(node.registry.get("fastroom_http_requests").tags("operation", "unknown", "status", "404").timer().count())
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "GET rooms HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /rooms/\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /rooms/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /rooms?a=% HTTP/1.1\r\nHost: x\r\n\r\n", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET * HTTP/1.1\r\nHost: x\r\n\r\n", "FOO /rooms HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "POST /rooms HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"})
  void an_odd_request_is_the_clients_fault(String request) throws IOException {
    try (RawHttp http = new RawHttp(node.port)) {
      assertThat(http.send(request).status()).isBetween(400, 499);
    }
  }
}
