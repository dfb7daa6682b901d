package io.fastroom.auth;

import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Access tokens whose signature was right a moment ago: who makes many calls has it checked once in {@value #FRESH_MILLIS}
 * ms. What has been revoked since {@link Revocations} knows, which is asked each time.
 *
 * <p>Thread: any. Limits: twice {@value #MAX} tokens; of more the oldest are verified again.
 */
final class VerifiedTokens {
  static final int MAX = 10_000;
  static final long FRESH_MILLIS = 5_000;

  /** Tokens by hash, since they themselves are kept nowhere: those verified since, and those before them. */
  private record Generations(Map<String, Principal> young, Map<String, Principal> old, long since) { }

  private final AtomicReference<Generations> known;
  private final LongSupplier millis;

  /** @param millis a monotonic clock */
  VerifiedTokens(LongSupplier millis) {
    this.millis = millis;
    this.known = new AtomicReference<>(new Generations(new ConcurrentHashMap<>(), Map.of(), millis.getAsLong()));
  }

  static String nameOf(String token) {
    return Base64.getEncoder().encodeToString(Tokens.hash(token));
  }

  /** Whose the token is; null when it was not verified lately, or has expired. */
  Principal find(String name) {
    Generations fresh = fresh();
    Principal young = fresh.young.get(name);
    Principal found = young != null ? young : fresh.old.get(name);
    return found != null && Instant.now().isBefore(found.expiresAt()) ? found : null;
  }

  void add(String name, Principal principal) {
    fresh().young.put(name, principal);
  }

  /** No generation is young for longer than half of the time, so that none is kept for longer than all of it. */
  private Generations fresh() {
    Generations now = known.get();
    long age = millis.getAsLong() - now.since;
    if (age < FRESH_MILLIS / 2 && now.young.size() < MAX) {
      return now;
    }
    Generations next = new Generations(new ConcurrentHashMap<>(), age < FRESH_MILLIS ? now.young : Map.of(),
        millis.getAsLong());
    return known.compareAndSet(now, next) ? next : known.get();
  }
}
