package io.fastroom.webhook;

import io.fastroom.persistence.WebhookApi.Surveyed;
import io.fastroom.webhook.Sender.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** Metrics of webhooks; one a node. Thread: any. */
final class WebhookMetrics {
  private final AtomicLong running = new AtomicLong();
  private final AtomicLong resolving = new AtomicLong();
  private final AtomicLong failing = new AtomicLong();
  private final AtomicLong disabled = new AtomicLong();
  private final AtomicLong lag = new AtomicLong();
  private final Counter delivered;
  private final Counter refused;
  private final Counter unreachable;
  private final Counter removed;
  private final Counter diverged;

  WebhookMetrics(MeterRegistry registry) {
    gauge(registry, "fastroom.webhooks.running", "Webhooks that this node delivers now", running);
    gauge(registry, "fastroom.webhooks.resolving", "Names of receivers that this node looks up now", resolving);
    gauge(registry, "fastroom.webhooks.failing", "Webhooks whose last try failed, of all nodes", failing);
    gauge(registry, "fastroom.webhooks.disabled", "Webhooks that are given up or switched off, of all nodes", disabled);
    gauge(registry, "fastroom.webhooks.lag", "Events that the webhooks of rooms have not got yet, of all nodes", lag);
    delivered = counter(registry, "delivered");
    refused = counter(registry, "refused");
    unreachable = counter(registry, "unreachable");
    removed = gap(registry, "removed");
    diverged = gap(registry, "diverged");
  }

  private static void gauge(MeterRegistry registry, String name, String what, AtomicLong value) {
    Gauge.builder(name, value, AtomicLong::get).description(what).register(registry);
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("fastroom.webhook.tries").description("Tries to deliver an event, by what became of them")
        .tag("outcome", outcome).register(registry);
  }

  private static Counter gap(MeterRegistry registry, String reason) {
    return Counter.builder("fastroom.webhook.gaps").description("Times that a webhook was told of events it cannot get:"
        + " removed before it got them, or lost with a log that has become another one").tag("reason", reason)
        .register(registry);
  }

  void told(Delivery delivery) {
    switch (delivery.what()) {
      case EVENT -> { }
      case REMOVED -> removed.increment();
      case DIVERGED -> diverged.increment();
    }
  }

  void tried(Outcome outcome) {
    (outcome.delivered() ? delivered : outcome.status() != null ? refused : unreachable).increment();
  }

  /** @param names that are being looked up */
  void running(int hooks, int names) {
    running.set(hooks);
    resolving.set(names);
  }

  void surveyed(Surveyed all) {
    failing.set(all.failing());
    disabled.set(all.disabled());
    lag.set(all.lag());
  }
}
