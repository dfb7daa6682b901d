package io.fastroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.TestSettings;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose tries are counted together. */
class ClientAddressTest {
  private static List<Object> keys(List<String> trusted, String... forwardedFor) {
    ScriptedLimits asked = new ScriptedLimits(key -> key.endsWith("/48") || !key.contains("/64") ? 1 : 0);
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
    return List.copyOf(asked.asked);
  }

  @Test
  void nobody_is_believed_unless_trusted() {
    assertThat(keys(List.of(), "", "1.2.3.4")).containsOnly("from:127.0.0.1");
  }

  @Test
  void a_trusted_proxy_is_believed_and_no_one_before_it() {
    assertThat(keys(List.of("127.0.0.1", "10.0.0.0/8"), "", "1.2.3.4", "9.9.9.9, 1.2.3.4", "1.2.3.4, 10.1.2.3",
        "9.9.9.9,1.2.3.4:5678 , 10.1.2.3", "10.1.1.1, 10.2.2.2", "rubbish", "1.2.3.4, rubbish", "2001:db8:1:2:3:4:5:6",
        "[2001:db8:1:2::1]:443", "::ffff:1.2.3.4"))
        .containsExactly("from:127.0.0.1", "from:1.2.3.4", "from:1.2.3.4", "from:1.2.3.4",
            "from:1.2.3.4", "from:10.1.1.1", "from:127.0.0.1", "from:127.0.0.1",
            "from:2001:db8:1:2::/64", "from:2001:db8:1::/48", "back from:2001:db8:1:2::/64", "from:2001:db8:1:2::/64",
            "from:2001:db8:1::/48", "back from:2001:db8:1:2::/64", "from:1.2.3.4");
  }

  @Test
  void what_is_empty_or_quoted_in_the_list_does_not_hide_the_client() {
    assertThat(keys(List.of("127.0.0.1", "10.0.0.0/8"), "1.2.3.4, , 10.1.2.3", "1.2.3.4,,10.1.2.3,", "1.2.3.4, ,",
        ", 1.2.3.4", "\"1.2.3.4\"", "\"1.2.3.4:5678\", 10.1.2.3")).containsOnly("from:1.2.3.4");
    assertThat(keys(List.of("127.0.0.1"), "\"[2001:db8:1:2::1]:443\"")).contains("from:2001:db8:1:2::/64");
    assertThat(keys(List.of("127.0.0.1"), "9.9.9.9, \"", "\"\"", ", ,")).containsOnly("from:127.0.0.1");
  }
}
