package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.RateLimits;
import io.fastroom.support.TestSettings;
import io.vertx.core.Future;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Whose tries are counted together. */
class ClientAddressTest {
  /** Lets nothing through, and says what it was asked. */
  private static final class Asked implements RateLimits {
    private final BlockingQueue<String> keys = new LinkedBlockingQueue<>();

    @Override
    public Future<Long> retryAfterMillis(String key) {
      keys.add(key);
      return Future.succeededFuture(1L);
    }

    @Override
    public void giveBack(String key) { }
  }

  private static List<String> keys(List<String> trusted, String... forwardedFor) {
    Asked asked = new Asked();
    try (RestNode node = new RestNode(
        TestSettings.of("TRUSTED_PROXIES", String.join(",", trusted), "AUTH_RATE_PER_MINUTE", "1"), asked)) {
      for (String value : forwardedFor) {
        HttpRequest.Builder request = node.request("/token").header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("username=alice&password=x"));
        if (!value.isEmpty()) {
          request.header("X-Forwarded-For", value);
        }
        assertThat(node.send(request).statusCode()).isEqualTo(429);
      }
    }
    return List.copyOf(asked.keys);
  }

  @Test
  void nobody_is_believed_unless_trusted() {
    assertThat(keys(List.of(), "", "1.2.3.4")).containsOnly("address:127.0.0.1");
  }

  @Test
  void a_trusted_proxy_is_believed_and_no_one_before_it() {
    assertThat(keys(List.of("127.0.0.1", "10.0.0.0/8"), "", "1.2.3.4", "9.9.9.9, 1.2.3.4", "1.2.3.4, 10.1.2.3",
        "9.9.9.9,1.2.3.4:5678 , 10.1.2.3", "10.1.1.1, 10.2.2.2", "rubbish", "1.2.3.4, rubbish", "2001:db8:1:2:3:4:5:6",
        "[2001:db8:1:2::1]:443", "::ffff:1.2.3.4"))
        .containsExactly("address:127.0.0.1", "address:1.2.3.4", "address:1.2.3.4", "address:1.2.3.4",
            "address:1.2.3.4", "address:10.1.1.1", "address:127.0.0.1", "address:127.0.0.1",
            "address:2001:db8:1:2::/64", "address:2001:db8:1:2::/64", "address:1.2.3.4");
  }
}
