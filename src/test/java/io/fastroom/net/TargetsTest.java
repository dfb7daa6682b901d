package io.fastroom.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.net.Targets.Destination;
import io.fastroom.settings.AddressRange;
import io.fastroom.settings.AllowedTarget;
import io.vertx.core.Vertx;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where others may send a node. Nothing here asks DNS. */
class TargetsTest {
  private static final Vertx VERTX = Vertx.vertx();
  private final Targets none = new Targets(VERTX, List.of(), 8);

  @AfterAll
  static void stop() {
    VERTX.close().await();
  }

  private static AllowedTarget addresses(String range) {
    return new AllowedTarget(null, AddressRange.parse(range));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1/", "http://１２７.0.0.1/", "http://127.0.0.1./", "http://10.0.0.1:8080/x",
      "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.1/", "http://169.254.169.254/",
      "http://100.64.0.1/", "http://0.0.0.0/", "http://224.0.0.1/", "http://255.255.255.255/", "http://[::1]/",
      "http://[::]/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:10.0.0.1]/", "http://[::ffff:7f00:1]/",
      "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::1]/", "http://[2001:db8::1]/", "http://[ff02::1]/",
      "http://localhost/"})
  void refuses_what_is_not_public(String url) {
    assertThatThrownBy(() -> none.resolve(Targets.parse(url)).await()).isInstanceOf(Targets.Forbidden.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://93.184.216.34/", "https://8.8.8.8:444/x?y=z", "http://172.32.0.1/",
      "http://[2606:2800:220:1::1]/"})
  void lets_through_what_is(String url) {
    assertThat(none.resolve(Targets.parse(url)).await()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/hook", "ftp://example.org/", "http:///x", "http://:80/", "http://user@192.0.9.1/",
      "http://user:word@hook_receiver/", "http://@hook_receiver/", "http://hook_receiver/#x", "http://hook_receiver#x",
      "http://hook_receiver:0/", "http://hook_receiver:65536/", "http://hook_receiver:+80/", "http://hook_receiver:8 0/",
      "http://hook_receiver:80:80/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/",
      "http://hook_receiver.1/", "http://x.0x7f/", "http://256.1.1.1/", "http://[::1", "http://::1/", "http://[::1]x/",
      "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[v1.a]/", "http://hook receiver/", "http://hook\\receiver/",
      "http://hook_receiver\r\nX-Y: z/", "http://hook_receiver/\r\nX-Y: z", "http://hook_receiver/a b", "http://a..b/",
      "http://hook_receiver/ü", "http://hook_receiver/?ü", "http://%68ook/", "http://hook_receiver/%", "http://hook_receiver/<",
      "http://hook／receiver/", "http://xn--a/", " http://hook_receiver/", "http://hook_receiver/ "})
  void is_no_url_of_a_receiver(String url) {
    assertThatThrownBy(() -> Targets.parse(url)).as(url).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_url_leads_to_the_one_form_of_its_host() {
    assertThat(Targets.parse("http://hook_receiver:18099/x?y=z%20/?"))
        .isEqualTo(new Destination(false, "hook_receiver", 18_099, "/x?y=z%20/?"));
    assertThat(Targets.parse("HTTPS://Hooks.BÜCHER.example.")).isEqualTo(
        new Destination(true, "hooks.xn--bcher-kva.example", 0, "/"));
    assertThat(Targets.parse("http://_svc.a-b.c/?x")).isEqualTo(new Destination(false, "_svc.a-b.c", 0, "/?x"));
    assertThat(Targets.parse("http://Example.org:/")).isEqualTo(new Destination(false, "example.org", 0, "/"));
    assertThat(Targets.parse("http://[2606:2800:220:1:0:0:0:1]:8080/a//b")).isEqualTo(
        new Destination(false, "[2606:2800:220:1::1]", 8_080, "/a//b"));
  }

  @Test
  void lets_through_what_the_settings_name_and_nothing_beside_it() {
    Targets some = new Targets(VERTX, List.of(new AllowedTarget("localhost", null), addresses("10.0.0.0/8"),
        addresses("fd00::1")), 8);
    for (String url : List.of("http://localhost:1/", "http://LOCALHOST/", "http://10.9.8.7/", "http://[fd00::1]/")) {
      assertThat(some.resolve(Targets.parse(url)).await()).as(url).isNotNull();
    }
    for (String url : List.of("http://127.0.0.1/", "http://192.168.0.1/",
        "http://[fd00::2]/")) {
      assertThatThrownBy(() -> some.resolve(Targets.parse(url)).await()).as(url).isInstanceOf(Exception.class);
    }
  }
}
