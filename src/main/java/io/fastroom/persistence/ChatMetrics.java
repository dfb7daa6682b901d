package io.fastroom.persistence;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How long commits of messages take and how large their groups are. Thread: any. */
final class ChatMetrics {
  private final MeterRegistry registry;
  private final Timer commits;
  private final DistributionSummary sizes;
  private final Counter locked;
  private final Counter refused;

  ChatMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.commits = Timer.builder("fastroom.chat.commit").description("Commit of a group of messages")
        .publishPercentileHistogram().register(registry);
    this.sizes = DistributionSummary.builder("fastroom.chat.group").description("Messages in a commit")
        .register(registry);
    this.locked = Counter.builder("fastroom.chat.locked")
        .description("Messages put off because somebody else held their room").register(registry);
    this.refused = Counter.builder("fastroom.chat.refused")
        .description("Messages and reactions refused, since too much waits for a commit").register(registry);
  }

  void locked(int messages) {
    locked.increment(messages);
  }

  void refused() {
    refused.increment();
  }

  void committed(int messages, long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
    sizes.record(messages);
  }

  void waiting(Supplier<Number> messages) {
    Gauge.builder("fastroom.chat.waiting", messages).description("Messages that wait for a commit").register(registry);
  }
}
