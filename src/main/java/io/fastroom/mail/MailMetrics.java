package io.fastroom.mail;

import io.fastroom.model.Letter.Kind;
import io.fastroom.persistence.MailApi.Waiting;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What became of letters, and how many wait, on all nodes together. Any thread. */
final class MailMetrics {
  private final MeterRegistry registry;
  private volatile Waiting waiting = new Waiting(0, 0);

  MailMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("fastroom.letters.waiting", this, metrics -> metrics.waiting.letters())
        .description("Letters that wait to be sent, on all nodes together").register(registry);
    Gauge.builder("fastroom.letters.oldest", this, metrics -> metrics.waiting.oldestSeconds()).baseUnit("seconds")
        .description("How long the oldest of them has waited").register(registry);
  }

  void waiting(Waiting now) {
    waiting = now;
  }

  /** @param outcome sent, failed (to be tried again), given_up, or nobody (who would have it) */
  void count(Kind kind, String outcome) {
    Counter.builder("fastroom.letters").description("Letters by kind and outcome").tag("kind", kind.text())
        .tag("outcome", outcome).register(registry).increment();
  }
}
