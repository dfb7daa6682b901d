package io.fastroom.auth;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a limit that refused somebody is counted ({@code fastroom_rate_limited_total}) and told. One for REST and one for
 * sockets.
 *
 * <p>Thread: any. Limits: {@value #LINES_PER_SECOND} lines a second, one of them for each limit and account, since who is
 * limited is who floods.
 */
public final class Refusals {
  private static final int LINES_PER_SECOND = 20;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");

  private final Map<String, Counter> counters = new ConcurrentHashMap<>();
  private final MeterRegistry registry;
  /** The second by {@link System#nanoTime}, and of whom lines were written in it. Guarded by this. */
  private long second;
  private final Set<String> told = new HashSet<>();

  public Refusals(MeterRegistry registry) {
    this.registry = registry;
  }

  /** @param kind which limit, in lower case with {@code _}; @param account a username, or null when it is none */
  public void limited(String kind, String account, Object address, String requestId) {
    counters.computeIfAbsent(kind, this::counter).increment();
    if (mayWrite(kind + ' ' + account)) {
      LOG.warn("limited kind={} account={} address={} request={}", kind, account == null ? "none" : account, address,
          requestId);
    }
  }

  private Counter counter(String kind) {
    return Counter.builder("fastroom_rate_limited").description("What limits refused, by limit")
        .tag("kind", kind).register(registry);
  }

  private synchronized boolean mayWrite(String line) {
    long now = System.nanoTime() / 1_000_000_000;
    if (second != now) {
      second = now;
      told.clear();
    }
    return told.size() < LINES_PER_SECOND && told.add(line);
  }
}
