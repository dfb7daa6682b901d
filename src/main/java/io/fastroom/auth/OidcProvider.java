package io.fastroom.auth;

import io.fastroom.bus.Bus;
import io.fastroom.bus.SharedAnswer;
import io.fastroom.internals.TlsFailures;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an OpenID provider as this node knows them, read every {@value #PERIOD_MILLIS} ms, and at once for a key
 * that is not known, or that may have become another one, though never more often than that for either. While the
 * provider does not answer, or not with keys, those that are known go on. What a key has signed that is not published any
 * more is announced as dead. One a node.
 *
 * <p>Thread: its own context reads; the keys may be asked for on any.
 */
public final class OidcProvider extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.auth");
  private static final long PERIOD_MILLIS = 10_000;
  /** Tokens that may wait for one reading; nobody has vouched for them yet. */
  private static final int MAX_WAITING = 1_000;

  /** What a token makes doubtful. Each has readings of its own: strangers' signatures delay no new key. */
  enum Doubt { UNKNOWN_KEY, WRONG_SIGNATURE }

  private final Bus bus;
  private final Settings.Provider settings;
  private final MeterRegistry registry;
  private final long periodMillis;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile OidcKeys keys = OidcKeys.NONE;
  private volatile boolean failing;
  /** By {@link System#nanoTime}. */
  private volatile long readAt = System.nanoTime();

  // Of the verticle's context alone
  private OidcDocuments documents;
  /** Null when none is under way. */
  private Future<Void> reading;
  private long next;
  private final Map<Doubt, Long> askedAt = new EnumMap<>(Doubt.class);

  public OidcProvider(Bus bus, Settings.Provider settings, MeterRegistry registry) {
    this(bus, settings, registry, PERIOD_MILLIS);
  }

  OidcProvider(Bus bus, Settings.Provider settings, MeterRegistry registry, long periodMillis) {
    this.bus = bus;
    this.settings = settings;
    this.registry = registry;
    this.periodMillis = periodMillis;
    Gauge.builder("fastroom_oidc_keys", () -> keys.size()).description("Keys of the identity provider that can be used")
        .register(registry);
    Gauge.builder("fastroom_oidc_keys_age_seconds", () -> (System.nanoTime() - readAt) / 1e9)
        .description("Since the keys were read, or since the start").register(registry);
    counter("read");
    counter("failed");
  }

  private Counter counter(String outcome) {
    return Counter.builder("fastroom_oidc_readings").description("Readings of the identity provider's keys, by outcome")
        .tag("outcome", outcome).register(registry);
  }

  @Override
  public Future<?> start() {
    documents = new OidcDocuments(vertx, settings);
    if (settings.issuer().regionMatches(true, 0, "http:", 0, 5)) {
      LOG.warn("OIDC_ISSUER is not https: whoever is between it and FastRoom can be anybody");
    }
    // A provider that is away is no reason not to start.
    return read();
  }

  @Override
  public Future<?> stop() {
    vertx.cancelTimer(next);
    return documents.close();
  }

  Settings.Provider settings() {
    return settings;
  }

  OidcKeys keys() {
    return keys;
  }

  /** Whether what is not known may be known to the provider. */
  boolean isFailing() {
    return failing;
  }

  /** @param thumbprint {@code Principal.signedBy} */
  public boolean trusts(String thumbprint) {
    return keys.holds(thumbprint);
  }

  /** Reads the keys for what is not known, unless that was done just now. Never fails. */
  Future<Void> look(Doubt why) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      return Future.succeededFuture();
    }
    Promise<Void> looked = Promise.promise();
    context.runOnContext(turn -> lookNow(why).onComplete(looked));
    return SharedAnswer.here(looked.future()).onComplete(done -> waiting.decrementAndGet());
  }

  private Future<Void> lookNow(Doubt why) {
    long now = System.nanoTime() / 1_000_000;
    Long before = askedAt.get(why);
    if (reading == null && before != null && now - before < periodMillis) {
      return Future.succeededFuture();
    }
    if (reading == null) {
      askedAt.put(why, now);
    }
    return read();
  }

  private Future<Void> read() {
    if (reading != null) {
      return reading;
    }
    vertx.cancelTimer(next);
    Promise<Void> done = Promise.promise();
    reading = done.future();
    documents.keys().compose(this::parsed).onComplete(answer -> {
      learn(answer);
      reading = null;
      next = vertx.setTimer(periodMillis, timer -> read());
      done.complete();
    });
    return done.future();
  }

  /** As many keys, and as large, as a provider cares to publish: longer than a loop may be held up. */
  private Future<OidcKeys> parsed(String json) {
    return vertx.executeBlocking(() -> {
      OidcKeys parsed = OidcKeys.parse(json, settings);
      if (keys == OidcKeys.NONE) {
        parsed.rehearse();
      }
      return parsed;
    });
  }

  private void learn(AsyncResult<OidcKeys> answer) {
    counter(answer.succeeded() ? "read" : "failed").increment();
    if (answer.failed()) {
      if (!failing) {
        LOG.warn("the keys of {} cannot be read, those known before ({}) go on: {}", settings.issuer(), keys.size(),
            line(answer.cause()));
      }
      failing = true;
      return;
    }
    OidcKeys before = keys;
    keys = answer.result();
    readAt = System.nanoTime();
    List<String> withdrawn = before.without(keys);
    if (failing || !withdrawn.isEmpty() || !keys.without(before).isEmpty()) {
      LOG.info("{} has {} keys that can be used here, withdrawn since the last reading: {}", settings.issuer(), keys.size(),
          withdrawn.size());
    }
    failing = false;
    if (!withdrawn.isEmpty()) {
      bus.announce(AuthApi.REVOKED, new AuthApi.Revoked(List.of(), List.of(), withdrawn));
    }
  }

  private static String line(Throwable failure) {
    String line = TlsFailures.message(failure).replaceAll("\\p{Cntrl}+", " ");
    return line.length() > 300 ? line.substring(0, 300) : line;
  }
}
