package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.model.Listing;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.ListRooms;
import io.fastroom.persistence.PersistenceApi.SeenRoom;
import io.fastroom.support.LogLines;
import io.fastroom.support.TestCertificates;
import io.fastroom.support.Until;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTPS and HTTP/2 without a proxy. */
@Tag("slow")
class HttpsTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static EdgeUnderTest node(String... more) throws Exception {
    TestCertificates certificates = new TestCertificates();
    certificates.sign("node", "localhost", "DNS:localhost,IP:127.0.0.1");
    return new EdgeUnderTest(Stream.concat(Stream.of("TLS_CERTIFICATE", certificates.path("node.crt"), "TLS_KEY",
        certificates.path("node.key")), Stream.of(more)).toArray(String[]::new));
  }

  private static HttpClient client(EdgeUnderTest node) {
    return node.vertx.createHttpClient(new HttpClientOptions().setSsl(true).setUseAlpn(true).setTrustAll(true)
        .setVerifyHost(false).setProtocolVersion(HttpVersion.HTTP_2));
  }

  /** A client that has agreed on HTTP/2, or another protocol, and sent these bytes. */
  private static SSLSocket agreed(int port, String sent) throws Exception {
    return agreed("h2", port, sent);
  }

  private static SSLSocket agreed(String protocol, int port, String sent) throws Exception {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** A client that does not speak is no connection of HTTP/2 yet; how many of them there are nobody counts. */
  @Test
  @Timeout(60)
  void closes_what_has_agreed_on_http_2_and_does_not_speak_it() throws Exception {
    String asking = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    try (EdgeUnderTest node = node(); SSLSocket kept = agreed("http/1.1", node.port, asking);
         SSLSocket silent = agreed(node.port, "");
         SSLSocket half = agreed(node.port, PREFACE.substring(0, 10)); SSLSocket whole = agreed(node.port, PREFACE)) {
      long begin = System.nanoTime();
      for (SSLSocket each : List.of(silent, half, whole)) {
        // What the node says by itself, and the end.
        each.getInputStream().readAllBytes();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(25));
      kept.getOutputStream().write(asking.getBytes(StandardCharsets.US_ASCII));
      String answers = "";
      while (answers.split("HTTP/1.1 200", -1).length < 3) {
        int next = kept.getInputStream().read();
        assertThat(next).as("after " + answers).isNotNegative();
        answers += (char) next;
      }
    }
  }

  @Test
  @Timeout(60)
  void takes_no_second_handshake_over_a_connection_and_no_suite_without_forward_secrecy() throws Exception {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (EdgeUnderTest node = node()) {
      for (String suite : List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")) {
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", node.port)) {
          socket.setEnabledProtocols(new String[] {"TLSv1.2"});
          socket.setEnabledCipherSuites(new String[] {suite});
          boolean good = suite.endsWith("GCM_SHA256") && suite.contains("ECDHE");
          if (good) {
            socket.startHandshake();
          }
          // Once more over the same connection, or for the first time by a suite that is refused.
          assertThatThrownBy(() -> {
            socket.startHandshake();
            socket.getOutputStream().write(PREFACE.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).as(suite).isNegative();
          }).as(suite).isInstanceOf(IOException.class);
        }
      }
    }
  }

  @Test
  @Timeout(60)
  void a_stranger_who_speaks_something_else_writes_no_line_of_the_log() throws Exception {
    try (LogLines log = new LogLines(); EdgeUnderTest node = node();
         SSLSocket stranger = agreed(node.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
      stranger.getInputStream().readAllBytes();
      assertThat(log.lines()).noneMatch(line -> line.startsWith("ERROR") || line.startsWith("WARN"));
    }
  }

  @Test
  @Timeout(60)
  void speaks_http_2_and_opens_no_sockets_over_it() throws Exception {
    try (EdgeUnderTest node = node()) {
      HttpClient http = client(node);
      for (String path : new String[] {"/health", "/ws", "/ws?access_token=%", "/nowhere", "/rooms/by-name/%zz"}) {
        // The body has to be asked for where the response arrives.
        HttpClientResponse response = http.request(new RequestOptions().setHost("127.0.0.1").setPort(node.port).setURI(path)
            .setMethod(HttpMethod.GET)).compose(request -> request.putHeader("origin", "https://x.example").send())
            .compose(head -> head.body().map(head)).await(20, TimeUnit.SECONDS);
        Buffer body = response.body().await(20, TimeUnit.SECONDS);
        assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(response.statusCode()).as(path).isEqualTo(path.equals("/health") ? 200 : path.equals("/nowhere")
            ? 404 : 400);
        assertThat(response.getHeader("x-request-id")).isNotBlank();
        assertThat(response.getHeader("connection")).isNull();
        assertThat(response.getHeader("keep-alive")).isNull();
        assertThat(new JsonObject(body).isEmpty()).isFalse();
      }
      HttpClientResponse post = http.request(HttpMethod.POST, node.port, "127.0.0.1", "/ws")
          .compose(request -> request.send()).await(20, TimeUnit.SECONDS);
      assertThat(post.statusCode()).isEqualTo(405);
      assertThat(post.getHeader("allow")).isEqualTo("GET");
    }
  }

  @Test
  @Timeout(60)
  void streams_events_over_http_2_and_ends_them_with_the_client() throws Exception {
    try (EdgeUnderTest node = node()) {
      StreamedRoom room = new StreamedRoom(node.bus);
      HttpClient http = client(node);
      StringBuffer heard = new StringBuffer();
      HttpClientResponse response = http.request(new RequestOptions().setHost("127.0.0.1").setPort(node.port)
              .setURI(StreamedRoom.PATH).putHeader("authorization", "Bearer " + node.token()))
          .compose(request -> request.send())
          .onSuccess(head -> head.handler(chunk -> heard.append(chunk.toString())).exceptionHandler(reset -> { }))
          .await(20, TimeUnit.SECONDS);
      assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(response.getHeader("content-type")).isEqualTo("text/event-stream");
      assertThat(response.getHeader("connection")).isNull();
      for (int i = 1; i <= 300; i++) {
        room.say("no " + i + " " + "x".repeat(1_000));
      }
      Until.holds("all of it", Duration.ofSeconds(30), () -> heard.indexOf("no 300 ") > 0);
      assertThat(heard.toString()).contains("retry: ").containsSubsequence("id: 1-2026", "no 1 ", "id: 299-2026", "no 299 ");
      assertThat(node.registry.get("fastroom.streams").gauge().value()).isEqualTo(1);
      response.request().reset();
      Until.holds("it is over", Duration.ofSeconds(30),
          () -> node.registry.get("fastroom.streams").gauge().value() == 0);
    }
  }

  /** They share a connection, but nothing else. */
  @Test
  @Timeout(60)
  void a_body_that_nobody_wanted_and_that_does_not_end_ends_no_other_request() throws Exception {
    try (EdgeUnderTest node = node()) {
      StreamedRoom room = new StreamedRoom(node.bus);
      HttpClient http = client(node);
      StringBuffer heard = new StringBuffer();
      http.request(new RequestOptions().setHost("127.0.0.1").setPort(node.port).setURI(StreamedRoom.PATH)
              .putHeader("authorization", "Bearer " + node.token()))
          .compose(request -> request.send())
          .onSuccess(head -> head.handler(chunk -> heard.append(chunk.toString()))
              .exceptionHandler(reset -> heard.append("reset")))
          .await(20, TimeUnit.SECONDS);

      CompletableFuture<Long> reset = new CompletableFuture<>();
      HttpClientResponse refused = http.request(HttpMethod.POST, node.port, "127.0.0.1", "/rooms").compose(request -> {
        request.exceptionHandler(gone -> reset.complete(gone instanceof StreamResetException code ? code.getCode() : -1L));
        request.setChunked(true).write("{");
        return request.response();
      }).await(20, TimeUnit.SECONDS);
      assertThat(refused.statusCode()).isEqualTo(401);

      assertThat(reset).as("NO_ERROR of its own stream").succeedsWithin(Duration.ofSeconds(15)).isEqualTo(0L);
      room.say("after it");
      Until.holds("the other goes on", Duration.ofSeconds(10), () -> heard.indexOf("after it") > 0);
      assertThat(heard.indexOf("reset")).isNegative();
      http.close().await(20, TimeUnit.SECONDS);
    }
  }

  /** As a page does with what it no longer wants. */
  @Test
  @Timeout(60)
  void what_a_client_gave_up_keeps_no_connection_open() throws Exception {
    try (EdgeUnderTest node = node("HTTP_IDLE_SECONDS", "2")) {
      HttpClient http = client(node);
      CompletableFuture<Void> closed = new CompletableFuture<>();
      givenUp(node, http).connection().closeHandler(closed::complete);

      assertThat(closed).succeedsWithin(Duration.ofSeconds(15));
      // A client that nobody holds any more would close its connections by itself.
      http.close().await(20, TimeUnit.SECONDS);
    }
  }

  /** Asks for what is not answered, and gives it up. */
  private static HttpClientRequest givenUp(EdgeUnderTest node, HttpClient http) throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    node.bus.<ListRooms, Listing<SeenRoom>>answer(PersistenceApi.LIST_ROOMS, question -> {
      asked.complete(null);
      return Promise.<Listing<SeenRoom>>promise().future();
    }).await();
    HttpClientRequest request = http.request(new RequestOptions().setHost("127.0.0.1").setPort(node.port).setURI("/rooms")
        .putHeader("authorization", "Bearer " + node.token())).await(20, TimeUnit.SECONDS);
    request.end().await(20, TimeUnit.SECONDS);
    asked.get(20, TimeUnit.SECONDS);
    request.reset();
    return request;
  }
}
