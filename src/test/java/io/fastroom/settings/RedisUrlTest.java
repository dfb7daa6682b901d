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
      "redis://u:p_w@chat_redis_1:7000/2, redis://u:p_w@chat_redis_1:7000/2, 2",
      "redis://:a$1+b@h, redis://:a$1%2Bb@h:6379/0, 0",
      "unix://u:a$1+b@/run/redis.sock?db=2, unix:///run/redis.sock?db=2, 2",
      "unix:/run/redis.sock, unix:///run/redis.sock, 0"})
  void understands_one_server(String url, String endpoint, int database) {
    RedisUrl known = RedisUrl.parse(url);
    assertThat(known.kind()).isEqualTo(Kind.SINGLE);
    assertThat(known.endpoints()).containsExactly(endpoint);
    assertThat(known.database()).isEqualTo(database);
  }

  @Test
  void understands_sentinels_and_clusters() {
    assertThat(RedisUrl.parse("redis+sentinel://:pw@a,b:26380/mymaster/2")).isEqualTo(new RedisUrl(Kind.SENTINEL,
        List.of("redis://a:26379", "redis://b:26380"), "mymaster", 2, ":pw@", null, null));
    assertThat(RedisUrl.parse("redis+sentinel://u:pw@a/m?sentinel_username=watch&sentinel_password=x%40y&db=3"))
        .isEqualTo(new RedisUrl(Kind.SENTINEL, List.of("redis://a:26379"), "m", 3, "u:pw@", "watch:x%40y@", null));
    assertThat(RedisUrl.parse("rediss+cluster://u:pw@a:7000,b:7001")).isEqualTo(new RedisUrl(Kind.CLUSTER,
        List.of("rediss://u:pw@a:7000", "rediss://u:pw@b:7001"), null, 0, "u:pw@", null, null));
    assertThat(RedisUrl.parse("redis://a:7000,b:7001/").kind()).isEqualTo(Kind.CLUSTER);
  }

  @Test
  void takes_any_password() {
    RedisUrl socket = RedisUrl.parse("unix://u%40:a$1+b%3A@/run/redis.sock");
    assertThat(socket.user()).isEqualTo("u@");
    assertThat(socket.password()).isEqualTo("a$1+b:");
    assertThat(RedisUrl.parse("unix:///run/redis.sock").password()).isNull();
    RedisUrl sentinels = RedisUrl.parse("redis+sentinel://:a$1+b@h/m?sentinel_password=c$1+d/@");
    assertThat(sentinels.login()).isEqualTo(":a$1%2Bb@");
    assertThat(sentinels.sentinelLogin()).isEqualTo(":c%241%2Bd%2F%40@");
  }

  @Test
  void reaches_a_master_that_sentinels_name_with_the_login_of_servers() {
    RedisUrl url = RedisUrl.parse("rediss+sentinel://u:pw@a/m/2?sentinel_password=s");
    assertThat(url.named("10.0.0.1", 6379)).isEqualTo("rediss://u:pw@10.0.0.1:6379/2");
    assertThat(url.named("fd00::1", 6379)).isEqualTo("rediss://u:pw@[fd00::1]:6379/2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "redis", "http://h", "redis://", "redis://:sesame@a b", "redis://h/x", "redis://h/1/2",
      "redis+sentinel://h", "redis+cluster://h/1", "redis://a,,b", "redis+other://h",
      "redis://:sesa%me@h", "redis://h?dbb=1", "redis://h?tls_ca=/x", "rediss://h?tls_ca=/no/such/file",
      "redis://h?sentinel_password=sesame", "redis+cluster://a,b?db=1", "redis://h?protocol=3", "redis://h?db=x",
      "unix://", "unix:x", "unix://:sesame@h/x", "unix:///x y", "unix://:sesa%me@/x", "unix:///x?db=y",
      "redis+sentinel://h/m?sentinel_password=sesa%me"})
  void says_what_is_allowed_without_repeating_a_password(String url) {
    assertThatThrownBy(() -> RedisUrl.parse(url)).isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis+sentinel://").hasMessageNotContaining("sesa");
  }
}
