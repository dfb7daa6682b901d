package io.fastroom.auth;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What became of logins and of tokens that were exchanged. Any thread. */
public final class AuthMetrics {
  private final MeterRegistry registry;

  public AuthMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** @param outcome succeeded, wrong, disabled, failed, or limited_ and by what */
  public void login(String outcome) {
    Counter.builder("fastroom_logins").description("Logins by outcome").tag("outcome", outcome).register(registry)
        .increment();
  }

  /** @param outcome rotated, dead, reused (theft: the login was ended) or user_disabled */
  public void refresh(String outcome) {
    Counter.builder("fastroom_refreshes").description("Refresh tokens presented, by outcome").tag("outcome", outcome)
        .register(registry).increment();
  }
}
