package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.TestCertificates;
import io.fastroom.support.Until;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTPS and HTTP/2 without a proxy. */
@Tag("slow")
class HttpsTest {
  @Test
  @Timeout(60)
  void speaks_http_2_and_opens_no_sockets_over_it() throws Exception {
    TestCertificates certificates = new TestCertificates();
    certificates.sign("node", "localhost", "DNS:localhost,IP:127.0.0.1");
    try (EdgeUnderTest node = new EdgeUnderTest("TLS_CERTIFICATE", certificates.path("node.crt"), "TLS_KEY",
        certificates.path("node.key"))) {
      HttpClient http = node.vertx.createHttpClient(new HttpClientOptions().setSsl(true).setUseAlpn(true).setTrustAll(true)
          .setVerifyHost(false).setProtocolVersion(HttpVersion.HTTP_2));
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
    }
  }

  @Test
  @Timeout(60)
  void streams_events_over_http_2_and_ends_them_with_the_client() throws Exception {
    TestCertificates certificates = new TestCertificates();
    certificates.sign("node", "localhost", "DNS:localhost,IP:127.0.0.1");
    try (EdgeUnderTest node = new EdgeUnderTest("TLS_CERTIFICATE", certificates.path("node.crt"), "TLS_KEY",
        certificates.path("node.key"))) {
      StreamedRoom room = new StreamedRoom(node.bus);
      HttpClient http = node.vertx.createHttpClient(new HttpClientOptions().setSsl(true).setUseAlpn(true).setTrustAll(true)
          .setVerifyHost(false).setProtocolVersion(HttpVersion.HTTP_2));
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
}
