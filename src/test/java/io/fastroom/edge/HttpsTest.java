package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.TestCertificates;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTPS and HTTP/2 without a proxy. */
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
}
