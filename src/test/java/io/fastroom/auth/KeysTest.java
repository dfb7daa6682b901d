package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.model.Scope;
import io.fastroom.persistence.KeyApi;
import io.fastroom.persistence.KeyApi.FindKey;
import io.fastroom.persistence.KeyApi.Found;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeysTest {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Function<FindKey, Future<Found>> store = question -> Future.succeededFuture();
  private Keys keys;

  @BeforeEach
  void start() throws Exception {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    bus.answer(KeyApi.FIND_KEY, question -> {
      asked.incrementAndGet();
      return store.apply(question);
    }).await(10, TimeUnit.SECONDS);
    keys = new Keys(bus);
  }

  @AfterEach
  void stop() {
    vertx.close();
  }

  private Principal verify(String key) throws Exception {
    return keys.verify(key).await(10, TimeUnit.SECONDS);
  }

  private void assertRefused(String key, Problem problem) {
    assertThatThrownBy(() -> verify(key)).isInstanceOfSatisfying(Refused.class,
        refused -> assertThat(refused.problem()).isEqualTo(problem));
  }

  @Test
  void a_key_in_use_is_looked_up_once_in_seconds() throws Exception {
    String key = Keys.make(new SecureRandom());
    store = question -> Future.succeededFuture(Arrays.equals(question.hash(), Keys.hash(key))
        ? new Found(12, 7, "alice", Set.of(Scope.READ), null) : null);
    for (int i = 0; i < 1_000; i++) {
      Principal who = verify(key);
      assertThat(who.jti()).isEqualTo("key-12");
      assertThat(who.refuses(Scope.READ)).isNull();
      assertThat(who.refuses(Scope.WRITE)).isEqualTo(Problem.FORBIDDEN_SCOPE);
    }
    assertThat(asked.get()).isLessThan(5);
  }

  @Test
  void what_is_no_key_is_not_looked_up_and_a_wrong_one_not_again_and_again() {
    for (String guess : List.of("frk_", "frk_x", "frk_" + "A".repeat(44), "frk_" + "A".repeat(42) + "=",
        "frk_" + "A".repeat(42) + "é")) {
      assertRefused(guess, Problem.UNAUTHORIZED);
    }
    assertThat(asked.get()).isZero();
    String wrong = Keys.make(new SecureRandom());
    for (int i = 0; i < 100; i++) {
      assertRefused(wrong, Problem.UNAUTHORIZED);
    }
    assertThat(asked.get()).isLessThan(5);
  }

  @Test
  void an_expired_key_is_refused_though_it_is_known() throws Exception {
    String key = Keys.make(new SecureRandom());
    Instant end = Instant.now().plusMillis(400);
    store = question -> Future.succeededFuture(new Found(12, 7, "alice", Set.of(Scope.READ), end));
    assertThat(verify(key).expiresAt()).isEqualTo(end);
    Until.holds("it has ended", Duration.ofSeconds(2), () -> !Instant.now().isBefore(end));
    assertRefused(key, Problem.UNAUTHORIZED);
    assertThat(asked.get()).isEqualTo(1);
  }

  @Test
  void a_key_that_cannot_be_looked_up_is_neither_good_nor_bad() {
    store = question -> Future.failedFuture(new Refused(Problem.UNAVAILABLE));
    assertRefused(Keys.make(new SecureRandom()), Problem.UNAVAILABLE);
  }
}
