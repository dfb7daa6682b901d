package io.fastroom.auth;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a limit that refused somebody is counted ({@code fastroom_rate_limited_total}) and told. One a node.
 *
 * <p>Thread: any. Limits: {@value #LINES_PER_SECOND} lines a second, since who is limited is who floods.
 */
public final class Refusals {
  private static final int LINES_PER_SECOND = 20;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");

  private final Map<String, Counter> counters = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  /** The second and, in the lower half, the lines written in it. */
  private final AtomicLong lines = new AtomicLong();

  public Refusals(MeterRegistry registry) {
    this.registry = registry;
  }

  /** @param kind which limit, in lower case with {@code _}; @param account a username, or null when it is none */
  public void limited(String kind, String account, Object address, String requestId) {
    counters.computeIfAbsent(kind, this::counter).increment();
    if (mayWrite()) {
      LOG.warn("limited kind={} account={} address={} request={}", kind, account == null ? "none" : account, address,
          requestId);
    }
  }

  private Counter counter(String kind) {
    return Counter.builder("fastroom_rate_limited").description("What limits refused, by limit")
        .tag("kind", kind).register(registry);
  }

  private boolean mayWrite() {
    long second = System.nanoTime() / 1_000_000_000;
    return lines.updateAndGet(old -> old >>> 16 == (second & 0xffff_ffff_ffffL) ? old + 1 : second << 16)
        % (1 << 16) < LINES_PER_SECOND;
  }
}
