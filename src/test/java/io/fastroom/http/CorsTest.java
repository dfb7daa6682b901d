package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.RateLimits;
import io.fastroom.support.TestSettings;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CORS has the same policy as sockets. */
class CorsTest {
  private static RestNode node;

  @BeforeAll
  static void start() {
    node = new RestNode(TestSettings.of("CORS_ORIGINS",
        "https://*.example.org, http://chat_app:8000, https://b\u00fccher.example,"
        + " https://chat.example:443, http://[::1]:3000", "PUBLIC_URL", "https://us.example/app"),
            new RateLimits.Unlimited());
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static List<String> allowed(String origin, String method) {
    HttpResponse<String> response = node.send(node.request("/rooms").header("Origin", origin)
        .header("Access-Control-Request-Method", "PUT").method(method, BodyPublishers.noBody()));
    return response.headers().allValues("Access-Control-Allow-Origin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://a.example.org", "https://a.b.example.org", "http://chat_app:8000",
      "https://xn--bcher-kva.example",
      "https://chat.example", "http://[::1]:3000", "https://us.example"})
  void a_listed_page_may_read(String origin) {
    assertThat(allowed(origin, "GET")).containsExactly(origin);
    assertThat(allowed(origin, "OPTIONS")).containsExactly(origin);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "https://example.org", "http://a.example.org", "https://a.example.org:8443",
      "http://chat_app",
      "https://evilexample.org", "https://chat.example:8443", "http://us.example", "https://a.example.org.evil.example"})
  void and_no_other(String origin) {
    assertThat(allowed(origin, "GET")).isEmpty();
    assertThat(allowed(origin, "OPTIONS")).isEmpty();
  }
}
