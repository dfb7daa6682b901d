package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.redis.TestRedis;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisRateLimitsTest {
  private final Vertx vertx = Vertx.vertx();
  private final TestRedis redis = new TestRedis(vertx);
  private RateLimits one;
  private RateLimits two;

  @BeforeEach
  void start() {
    one = deploy();
    two = deploy();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
    redis.close();
  }

  private RateLimits deploy() {
    RedisRateLimits limits = new RedisRateLimits(redis.url(), 3);
    await(vertx.deployVerticle(limits));
    return limits;
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nodes_count_together_and_say_when_to_try_again() {
    assertThat(await(one.retryAfterMillis("a"))).isZero();
    assertThat(await(two.retryAfterMillis("a"))).isZero();
    assertThat(await(one.retryAfterMillis("a"))).isZero();
    assertThat(await(two.retryAfterMillis("a"))).isBetween(50_000L, 60_000L);
    assertThat(await(one.retryAfterMillis("b"))).isZero();
  }

  @Test
  void what_is_given_back_does_not_count() {
    for (int i = 0; i < 10; i++) {
      assertThat(await(one.retryAfterMillis("a"))).isZero();
      one.giveBack("a");
    }
    one.giveBack("never counted");
    for (int i = 0; i < 3; i++) {
      assertThat(await(one.retryAfterMillis("never counted"))).isZero();
    }
    assertThat(await(one.retryAfterMillis("never counted"))).isPositive();
  }

  @Test
  void each_node_counts_for_itself_while_redis_is_away() {
    redis.kill();
    for (int i = 0; i < 3; i++) {
      assertThat(await(one.retryAfterMillis("a"))).isZero();
    }
    assertThat(await(one.retryAfterMillis("a"))).isBetween(40_000L, 60_000L);
    assertThat(await(two.retryAfterMillis("a"))).isZero();
    redis.start();
    Until.holds("Redis counts again", Duration.ofSeconds(10), () -> await(one.retryAfterMillis("a")) == 0);
  }
}
