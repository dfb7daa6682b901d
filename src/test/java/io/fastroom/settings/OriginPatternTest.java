package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginPatternTest {
  @TempDir Path folder;

  /** A setting, and what a browser says of its page. */
  @ParameterizedTest
  @CsvSource({"https://chat.example,https://chat.example", "https://chat.example:443,https://chat.example",
      "http://chat.example:80,http://chat.example", "https://chat.example,https://chat.example:443",
      "https://CHAT.Example,https://chat.example", "HTTPS://chat.example,https://chat.example",
      "https://chat.example/,https://chat.example", "https://chat.example.,https://chat.example",
      "https://chat.example,https://chat.example.", "https://chat.example:8443,https://chat.example:8443",
      "http://chat_app:8000,http://chat_app:8000", "http://_x.a_b.example,http://_x.a_b.example",
      "https://b\u00fccher.example,https://xn--bcher-kva.example",
          "https://B\u00dcCHER.example,https://xn--bcher-kva.example",
      "https://xn--bcher-kva.example,https://xn--bcher-kva.example",
          "https://stra\u00dfe.example,https://xn--strae-oqa.example",
      "https://\u4f8b\u3048.\u30c6\u30b9\u30c8,https://xn--r8jz45g.xn--zckzah",
          "https://\ud83d\udcac.example,https://xn--os8h.example",
      "https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444,https://xn--e1afmkfd.xn--p1ai",
      "https://b\u00fccher\u3002example,https://xn--bcher-kva.example",
      "http://127.0.0.1:3000,http://127.0.0.1:3000", "http://[::1]:3000,http://[::1]:3000",
      "http://[0:0:0:0:0:0:0:1],http://[::1]", "http://[2001:DB8::1],http://[2001:db8::1]",
      "http://[::ffff:1.2.3.4],http://[::ffff:102:304]", "http://localhost:5173,http://localhost:5173",
      "http://host,http://host", "https://*.example.org,https://a.example.org",
          "https://*.example.org,https://a.b.example.org",
      "https://*.example.org,https://x_y.example.org", "https://*.example.org:8443,https://a.example.org:8443",
      "https://*.EXAMPLE.org,https://a.example.org", "https://*.b\u00fccher.example,https://shop.xn--bcher-kva.example",
      "https://*.example.org/,https://a.example.org", "*,https://any.example", "https://3.example,https://3.example"})
  void matches_what_a_browser_says(String setting, String header) {
    assertThat(OriginPattern.parse(setting).matches(Origin.parse(header))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"https://chat.example,http://chat.example", "https://chat.example,https://chat.example:8443",
      "https://chat.example,https://chat.example.evil.example", "https://chat.example,https://evilchat.example",
      "https://chat.example,https://a.chat.example", "https://*.example.org,https://example.org",
      "https://*.example.org,https://evilexample.org", "https://*.example.org,https://a.example.org.evil.example",
      "https://*.example.org,http://a.example.org", "https://*.example.org,https://a.example.org:8443",
      "https://stra\u00dfe.example,https://strasse.example", "http://127.0.0.1,http://127.0.0.2"})
  void matches_nothing_else(String setting, String header) {
    assertThat(OriginPattern.parse(setting).matches(Origin.parse(header))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "chat.example", "*.example.org", "https://", "https://*", "https://*.",
      "https://**.example",
      "https://a.*.example", "https://*example.org", "https://exam*.org", "https://*.*.example", "http*://a.example",
      "ws://chat.example", "ftp://chat.example", "file://", "https://chat.example/path", "https://chat.example//",
      "https://chat.example?x", "https://chat.example#x", "https://user@chat.example", "https://chat.example:0",
      "https://chat.example:65536", "https://chat.example:", "https://chat.example:*", "https://chat.example:x",
      "https://chat example", "https://chat..example", "https://.example", "https://chat.example..", "https://a%20b",
      "https://999.1.1.1", "https://1.2.3", "https://01.2.3.4", "https://0x7f.0.0.1", "https://2130706433",
      "https://[::1", "https://[::g]", "https://::1", "https://[fe80::1%25eth0]", "https://*.127.0.0.1",
      "https://*.[::1]", "https://xn--99999999", "https://a\u200bb\u202e.example", "https:/chat.example",
      "https:chat.example", "//chat.example", "https://\\chat.example"})
  void refuses_at_the_start_what_could_never_match(String origin) {
    for (String name : new String[] {"WS_ORIGINS", "CORS_ORIGINS"}) {
      assertThatThrownBy(() -> SettingsReader.read(Map.of(name, "https://fine.example," + origin), folder))
          .isInstanceOf(BadSetting.class).hasMessageStartingWith(name + "=").hasMessageContaining("is not allowed: *");
    }
  }

  @Test
  void is_no_origin_when_a_page_has_none() {
    for (String header : new String[] {"null", "", " ", "://", "https://", "chrome-extension://abc", "https://a.example/",
        "https://a.example, https://b.example", "https://*.example"}) {
      assertThat(Origin.parse(header)).as(header).isNull();
    }
  }
}
