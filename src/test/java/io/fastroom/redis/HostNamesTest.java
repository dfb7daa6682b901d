package io.fastroom.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis://h:6379/0", "rediss://a_user:a_password@h.example:6379", "redis://[::1]:6379/1",
      "unix:///run/my_redis.sock", "redis://127.0.0.1:6379/0"})
  void leaves_other_names_alone(String url) throws Exception {
    assertThat(HostNames.resolved(vertx, url).await(5, TimeUnit.SECONDS)).isEqualTo(url);
  }

  @Test
  void asks_who_a_name_with_an_underscore_is() {
    assertThatThrownBy(() -> HostNames.resolved(vertx, "redis://u:p_w@no_such_host.invalid:1/2")
        .await(20, TimeUnit.SECONDS)).hasMessageContaining("no_such_host.invalid");
  }
}
