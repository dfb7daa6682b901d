package io.fastroom.management;

import io.fastroom.internals.DirectMemory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Info;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The node's one registry, shared by all its parts. Every name begins with {@code fastroom_}, whoever chose it. */
public final class Metrics implements AutoCloseable {
  private static final String PREFIX = "fastroom.";
  private static final Set<String> TRANSIENT = Set.of("redis");

  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public Metrics() {
    registry.config().meterFilter(new MeterFilter() {
      @Override
      public Meter.Id map(Meter.Id id) {
        return id.getName().startsWith("fastroom") ? id : id.withName(PREFIX + id.getName());
      }

      /** Some clients are created anew at every reconnection, under new names: they would fill the registry. */
      @Override
      public MeterFilterReply accept(Meter.Id id) {
        return TRANSIENT.contains(String.valueOf(id.getTag("pool_type")))
            || String.valueOf(id.getTag("pool_name")).startsWith("migrations-") ? MeterFilterReply.DENY
            : MeterFilterReply.NEUTRAL;
      }
    });
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    Gauge.builder("fastroom.direct.memory", DirectMemory::used).baseUnit("bytes")
        .description("Memory outside the heap taken for sockets").register(registry);
    Gauge.builder("fastroom.direct.memory.limit", DirectMemory::max).baseUnit("bytes")
        .description("What of it may be taken").register(registry);
  }

  /** Micrometer keeps the ending {@code _info} for what Prometheus itself counts as such, so it is told directly. */
  void tell(BuildInfo build) {
    Info.builder().name("fastroom_build_info").help("What was built").labelNames("version", "commit")
        .register(registry.getPrometheusRegistry()).setLabelValues(build.version(), build.commit());
  }

  public PrometheusMeterRegistry registry() {
    return registry;
  }

  /**
   * Vert.x's own metrics of its pools; those of sockets and of the bus would cost the hot path more than they are
   * worth.
   */
  public MicrometerMetricsFactory factory() {
    return new MicrometerMetricsFactory(registry);
  }

  public MicrometerMetricsOptions options() {
    Set<String> off = EnumSet.complementOf(EnumSet.of(MetricsDomain.NAMED_POOLS)).stream()
        .map(MetricsDomain::toCategory).collect(Collectors.toSet());
    return new MicrometerMetricsOptions().setEnabled(true).setDisabledMetricsCategories(off);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
