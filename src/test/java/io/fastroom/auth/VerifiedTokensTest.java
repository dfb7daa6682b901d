package io.fastroom.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {
  private final AtomicLong now = new AtomicLong();
  private final VerifiedTokens tokens = new VerifiedTokens(now::get);

  private static Principal until(Instant end) {
    return new Principal(1, "alice", "jti", end);
  }

  private static Principal living() {
    return until(Instant.now().plusSeconds(600));
  }

  @Test
  void a_token_is_known_for_some_seconds_and_no_longer() {
    tokens.add("a", living());
    for (long at = 0; at < VerifiedTokens.FRESH_MILLIS / 2; at += 100) {
      now.set(at);
      assertThat(tokens.find("a")).as(at + " ms").isNotNull();
    }
    for (long at = VerifiedTokens.FRESH_MILLIS; at < 3 * VerifiedTokens.FRESH_MILLIS; at += 100) {
      now.set(at);
      assertThat(tokens.find("a")).as(at + " ms").isNull();
    }
  }

  @Test
  void nobody_asks_for_a_while_and_then_it_is_not_known() {
    tokens.add("a", living());
    now.set(VerifiedTokens.FRESH_MILLIS);

    assertThat(tokens.find("a")).isNull();
  }

  @Test
  void one_that_has_expired_is_not_known() {
    tokens.add("a", until(Instant.now().minusMillis(1)));

    assertThat(tokens.find("a")).isNull();
  }

  @Test
  void of_very_many_the_oldest_are_forgotten() {
    for (int i = 0; i < 3 * VerifiedTokens.MAX; i++) {
      tokens.add("t" + i, living());
    }

    assertThat(tokens.find("t0")).isNull();
    assertThat(tokens.find("t" + (3 * VerifiedTokens.MAX - 1))).isNotNull();
  }
}
