package io.fastroom.websocket;

import static io.fastroom.websocket.SocketsUnderTest.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HandshakeTest {
  private static SocketsUnderTest node;

  @BeforeAll
  static void start() {
    node = new SocketsUnderTest("WS_ORIGINS", "https://chat.example, http://other.example:8080", "TRUSTED_PROXIES",
        "127.0.0.0/8");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static int status(String... headers) throws Exception {
    return node.raw("/ws?access_token=" + node.tokens.sign(user()).access(), headers).status();
  }

  @Test
  void lets_in_the_same_origin_the_listed_ones_and_who_is_no_browser() throws Exception {
    assertThat(status()).isEqualTo(101);
    assertThat(status("Origin: http://127.0.0.1:" + node.port())).isEqualTo(101);
    assertThat(status("Origin: https://chat.example")).isEqualTo(101);
    assertThat(status("Origin: https://CHAT.example:443")).isEqualTo(101);
    assertThat(status("Origin: http://other.example:8080")).isEqualTo(101);
  }

  @Test
  void believes_a_trusted_proxy_about_the_host() throws Exception {
    assertThat(status("Origin: https://front.example", "X-Forwarded-Host: front.example")).isEqualTo(101);
    assertThat(status("Origin: https://front.example", "X-Forwarded-Host: back.example")).isEqualTo(403);
  }

  @Test
  void turns_other_origins_away_at_the_handshake() throws Exception {
    for (String origin : List.of("null", "http://evil.example", "http://chat.example", "https://chat.example.evil",
        "http://localhost:3000", "http://127.0.0.1:1", "chat.example", "://")) {
      assertThat(status("Origin: " + origin)).as(origin).isEqualTo(403);
    }
    RawSocket refused = node.raw("/ws", "Origin: null");
    assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
    assertThat(new JsonObject(refused.body()).getInteger("status")).isEqualTo(403);
  }

  @Test
  void a_request_that_is_no_upgrade_is_told_so() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    URI uri = URI.create("http://127.0.0.1:" + node.port() + "/ws");
    HttpResponse<String> get = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(426);
    assertThat(get.headers().firstValue("sec-websocket-version")).contains("13");
    assertThat(get.headers().firstValue("content-type")).contains("application/problem+json");
    HttpRequest wrong = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build();
    HttpResponse<String> post = client.send(wrong, HttpResponse.BodyHandlers.ofString());
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.headers().firstValue("allow")).contains("GET");
  }

  @Test
  void a_handshake_without_its_key_is_a_bad_request() throws Exception {
    assertThat(node.raw("/nothing").status()).isEqualTo(404);
    try (Socket socket = new Socket("127.0.0.1", node.port())) {
      socket.getOutputStream().write(("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Version: 13\r\n\r\n").getBytes());
      assertThat(new String(socket.getInputStream().readNBytes(12))).isEqualTo("HTTP/1.1 400");
    }
  }

  @Test
  void what_else_a_client_could_be_upgraded_to_does_not_matter() throws Exception {
    assertThat(upgraded("Upgrade: websocket, foo")).isEqualTo("HTTP/1.1 101");
    assertThat(upgraded("Upgrade: foo,WebSocket")).isEqualTo("HTTP/1.1 101");
    assertThat(upgraded("Upgrade: foo\r\nUpgrade: websocket")).isEqualTo("HTTP/1.1 101");
    assertThat(upgraded("Upgrade: h2c")).isEqualTo("HTTP/1.1 426");
    assertThat(upgraded("Upgrade: websocketfoo")).isEqualTo("HTTP/1.1 426");
  }

  @Test
  void connection_has_to_name_the_upgrade_among_whatever_else() throws Exception {
    for (String connection : List.of("keep-alive, Upgrade", "upgrade,close", ",, UPGRADE ,",
        "keep-alive\r\nConnection: Upgrade", "Upgrade\r\nConnection: keep-alive")) {
      assertThat(answered("Upgrade: websocket\r\nConnection: " + connection)).as(connection).isEqualTo("HTTP/1.1 101");
    }
    for (String connection : List.of("keep-alive", "no-upgrade", "upgrades", "Upgrade-Insecure-Requests", "x upgrade")) {
      assertThat(answered("Upgrade: websocket\r\nConnection: " + connection)).as(connection).isEqualTo("HTTP/1.1 426");
    }
  }

  private static String upgraded(String upgrade) throws Exception {
    return answered("Connection: Upgrade\r\n" + upgrade);
  }

  private static String answered(String headers) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", node.port())) {
      socket.getOutputStream().write(("GET /ws HTTP/1.1\r\nHost: a\r\n" + headers
          + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").getBytes());
      return new String(socket.getInputStream().readNBytes(12));
    }
  }
}
