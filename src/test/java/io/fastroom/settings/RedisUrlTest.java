package io.fastroom.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.settings.RedisUrl.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {
  @ParameterizedTest
  @CsvSource({
      "redis://redis:6379/0, redis://redis:6379/0, 0",
      "redis://localhost, redis://localhost:6379/0, 0",
      "rediss://:p%40ss@h.example:7000/3, rediss://:p%40ss@h.example:7000/3, 3",
      "redis://user:pw@[::1]:6380/1, redis://user:pw@[::1]:6380/1, 1",
      "redis://h?db=4, redis://h:6379/4, 4",
      "unix:///run/redis.sock?db=2, unix:///run/redis.sock?db=2, 2"})
  void understands_one_server(String url, String endpoint, int database) {
    assertThat(RedisUrl.parse(url)).isEqualTo(new RedisUrl(Kind.SINGLE, List.of(endpoint), null, database));
  }

  @Test
  void understands_sentinels_and_clusters() {
    assertThat(RedisUrl.parse("redis+sentinel://:pw@a,b:26380/mymaster/2")).isEqualTo(new RedisUrl(Kind.SENTINEL,
        List.of("redis://:pw@a:26379/2", "redis://:pw@b:26380/2"), "mymaster", 2));
    assertThat(RedisUrl.parse("rediss+cluster://u:pw@a:7000,b:7001")).isEqualTo(new RedisUrl(Kind.CLUSTER,
        List.of("rediss://u:pw@a:7000", "rediss://u:pw@b:7001"), null, 0));
    assertThat(RedisUrl.parse("redis://a:7000,b:7001/").kind()).isEqualTo(Kind.CLUSTER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "redis", "http://h", "redis://", "redis://:sesame@a b", "redis://h/x", "redis://h/1/2",
      "redis+sentinel://h", "redis+cluster://h/1", "redis://a,,b", "redis+other://h", "redis://my_host",
      "redis://:sesa%me@h"})
  void says_what_is_allowed_without_repeating_a_password(String url) {
    assertThatThrownBy(() -> RedisUrl.parse(url)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis+sentinel://").hasMessageNotContaining("sesa");
  }
}
