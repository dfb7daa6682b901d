package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"10.0.0.7,10.0.0.7,true", "10.0.0.7,10.0.0.8,false", "10.0.0.0/8,10.255.0.1,true",
      "10.0.0.1/8,10.255.0.1,true", "10.0.0.0/8,11.0.0.1,false", "0.0.0.0/0,203.0.113.1,true", "10.0.0.0/32,10.0.0.0,true",
      "10.0.0.0/31,10.0.0.1,true", "::1,::1,true", "fd00::/8,fd12::1,true", "fd00::/8,fe80::1,false",
          "::/0,2001:db8::1,true",
      "2001:DB8::/32,2001:db8:1::1,true", "::ffff:10.0.0.7,10.0.0.7,true", "::ffff:10.0.0.0/104,10.9.9.9,true",
      "10.0.0.0/8,::1,false", "::/0,10.0.0.1,false", "0.0.0.0/0,::1,false"})
  void contains_what_it_says(String range, String address, boolean contained) throws Exception {
    InetAddress peer = InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address));
    assertThat(AddressRange.parse(range).contains(peer)).isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0.0/a", "beef",
      "cafe", "dead.beef", "proxy", "localhost", "haproxy.example.org", "*", "all", "10.0.0", "10", "10.0.0.256",
          "010.0.0.1",
      "10.0.0.0x1", "0x0a000001", "167772161", "10.0.0.1:80", "[::1]", "::1/129", "fe80::1%eth0", ":", ":::", "1::2::3",
      "10.0.0.1-10.0.0.9", "10.0.0.*", "::ffff:10.0.0.0/8", "/8", "10.0.0.1 10.0.0.2", "unix:"})
  void refuses_at_the_start_and_asks_nobody(String range) {
    Assertions.assertTimeout(Duration.ofMillis(500), () ->
        assertThatThrownBy(() -> SettingsReader.read(Map.of("TRUSTED_PROXIES", "127.0.0.1," + range), folder))
            .isInstanceOf(BadSetting.class).hasMessageStartingWith("TRUSTED_PROXIES=")
            .hasMessageContaining("is not allowed: addresses or CIDR ranges"));
  }
}
