package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.auth.RateLimits.Budget;
import io.fastroom.auth.RateLimits.SlowDown;
import io.fastroom.bus.Bus;
import io.fastroom.redis.TestRedis;
import io.fastroom.settings.Settings;
import io.fastroom.support.ClockShim;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.Until;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisRateLimitsTest {
  private static final Budget THREE = new Budget(3, 60_000);
  private static final SlowDown AFTER_FIVE = new SlowDown(5, 3_600_000, 10_000, 60_000);

  private final Vertx vertx = Vertx.vertx();
  private final TestRedis redis = new TestRedis(vertx);
  private RateLimits one;
  private RateLimits two;

  @BeforeEach
  void start() {
    Bus.install(vertx);
    one = deploy();
    two = deploy();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
    redis.close();
  }

  private RateLimits deploy() {
    return deploy(redis.url());
  }

  private RateLimits deploy(String url) {
    RedisRateLimits limits = new RedisRateLimits(new Bus(vertx), new Settings.Redis(url));
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

  private static long take(RateLimits at, String key) {
    return await(at.take(key, THREE));
  }

  @Test
  void nodes_count_together_and_say_when_to_try_again() {
    for (RateLimits each : new RateLimits[] {one, two, one}) {
      assertThat(take(each, "a")).isZero();
      each.settle("a", THREE, true);
    }
    Until.holds("all are settled", () -> take(two, "a") > 0);
    assertThat(take(two, "a")).isBetween(40_000L, 60_000L);
    assertThat(take(one, "b")).isZero();
  }

  @Test
  void what_is_given_back_does_not_count() {
    for (int i = 0; i < 10; i++) {
      assertThat(take(one, "a")).isZero();
      one.settle("a", THREE, false);
    }
    one.settle("never taken", THREE, false);
    for (int i = 0; i < 3; i++) {
      assertThat(take(one, "never taken")).isZero();
    }
    assertThat(take(one, "never taken")).isEqualTo(RateLimits.UNDECIDED);
  }

  @Test
  void a_full_budget_is_undecided_as_long_as_a_place_may_come_back() {
    for (int i = 0; i < 3; i++) {
      take(one, "a");
    }
    assertThat(take(two, "a")).isEqualTo(RateLimits.UNDECIDED);
    one.settle("a", THREE, true);
    one.settle("a", THREE, false);
    Until.holds("a place came back", () -> take(two, "a") == 0);
    two.settle("a", THREE, true);
    one.settle("a", THREE, true);
    Until.holds("all are settled", () -> take(two, "a") > 0);
  }

  @Test
  void a_clock_that_goes_back_makes_no_wait_longer_than_it_can_be() {
    for (int i = 0; i < 3; i++) {
      take(one, "a");
      one.settle("a", THREE, true);
    }
    for (int i = 0; i < 7; i++) {
      one.failed("a", AFTER_FIVE);
    }
    await(one.pour("a bucket", 100, 3_000));
    for (String key : new String[] {"rate:a", "rate:{a}:wait", "rate:{a}:failures", "rate:a bucket"}) {
      // Ten hours on: what a time to live is after the clock went back by as much.
      redis.command("PEXPIRE", key, "36000000");
    }
    assertThat(take(two, "a")).isBetween(1L, 60_000L);
    assertThat(await(two.waitMillis("a", AFTER_FIVE))).isBetween(1L, 60_000L);
    assertThat(await(two.pour("a bucket", 100, 3_000))).isZero();
  }

  @Test
  void failures_beyond_the_free_ones_make_the_next_try_wait_twice_as_long_each_time() {
    for (int i = 0; i < 4; i++) {
      one.failed("a", AFTER_FIVE);
    }
    assertThat(await(one.waitMillis("a", AFTER_FIVE))).isZero();
    long[] most = {10_000, 20_000, 40_000, 60_000, 60_000};
    for (long wait : most) {
      two.failed("a", AFTER_FIVE);
      Until.holds("it waits " + wait, () -> {
        long said = await(one.waitMillis("a", AFTER_FIVE));
        return said > wait - 5_000 && said <= wait;
      });
    }
    assertThat(await(one.waitMillis("b", AFTER_FIVE))).isZero();
  }

  @Test
  void a_bucket_is_shared_and_drains() {
    for (int i = 0; i < 5; i++) {
      assertThat(await((i % 2 == 0 ? one : two).pour("a", 1_000, 5_000))).isZero();
    }
    long wait = await(one.pour("a", 1_000, 5_000));
    assertThat(wait).isBetween(1L, 1_000L);
    Until.holds("it has drained", Duration.ofSeconds(10), () -> await(two.pour("a", 1_000, 5_000)) == 0);
  }

  @Test
  void whoever_asks_goes_on_where_they_asked() throws Exception {
    for (Supplier<Future<Long>> question : List.<Supplier<Future<Long>>>of(() -> one.take("a", THREE),
        () -> one.waitMillis("a", AFTER_FIVE), () -> one.pour("b", 1, 3_000))) {
      Context context = ((VertxInternal) vertx).createEventLoopContext();
      CompletableFuture<Context> answered = new CompletableFuture<>();
      context.runOnContext(turn -> question.get().onComplete(answer -> answered.complete(Vertx.currentContext())));
      assertThat(answered.get(10, TimeUnit.SECONDS)).isSameAs(context);
    }
  }

  @Test
  void each_node_counts_for_itself_while_redis_is_away() {
    redis.kill();
    for (int i = 0; i < 3; i++) {
      assertThat(take(one, "a")).isZero();
      one.settle("a", THREE, true);
    }
    Until.holds("all are settled", () -> take(one, "a") > 0);
    assertThat(take(one, "a")).isBetween(40_000L, 60_000L);
    assertThat(take(two, "a")).isZero();
    for (int i = 0; i < 6; i++) {
      one.failed("a", AFTER_FIVE);
    }
    Until.holds("it waits", () -> await(one.waitMillis("a", AFTER_FIVE)) > 10_000);
    assertThat(await(two.waitMillis("a", AFTER_FIVE))).isZero();
    for (int i = 0; i < 5; i++) {
      assertThat(await(one.pour("b", 60_000, 300_000))).isZero();
    }
    assertThat(await(one.pour("b", 60_000, 300_000))).isPositive();
    redis.start();
    Until.holds("Redis counts again", Duration.ofSeconds(10), () -> take(one, "a") == 0);
  }

  /** Redis's clock is set while somebody waits: the window ends when it would have. */
  @ParameterizedTest
  @ValueSource(longs = {-600, 600, -86_400, 86_400})
  void a_window_survives_a_clock_that_is_set(long seconds) {
    try (ClockShim clock = new ClockShim();
        RedisProcess server = new RedisProcess(RedisProcess.Make.INSTALLED, clock.environment())) {
      RateLimits here = deploy(server.url());
      RateLimits there = deploy(server.url());
      for (int i = 0; i < 3; i++) {
        assertThat(take(here, "a")).isZero();
        here.settle("a", THREE, true);
      }
      assertThat(take(here, "half")).isZero();
      assertThat(take(here, "half")).isZero();
      for (int i = 0; i < 7; i++) {
        here.failed("a", AFTER_FIVE);
      }
      Until.holds("all are settled", () -> take(here, "a") > 0 && await(here.waitMillis("a", AFTER_FIVE)) > 10_000);
      clock.moveTo(Duration.ofSeconds(seconds));
      for (RateLimits each : List.of(here, there, deploy(server.url()))) {
        assertThat(take(each, "a")).isBetween(30_000L, 60_000L);
        assertThat(await(each.waitMillis("a", AFTER_FIVE))).isBetween(10_000L, 60_000L);
      }
      assertThat(take(there, "half")).isZero();
      assertThat(take(there, "half")).isEqualTo(RateLimits.UNDECIDED);
    }
  }
}
