package io.fastroom.auth;

import io.fastroom.bus.Bus;
import io.fastroom.persistence.AccountApi;
import io.fastroom.persistence.AccountApi.SeeLogin;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notes that a login is in use, once a minute for each of its tokens. Nobody waits for it; what could not be noted is at
 * the next use after that minute.
 *
 * <p>Thread: any. Limits: {@value #MAX_KNOWN} tokens a minute and {@value #MAX_UNDER_WAY} at once; of more, nothing is
 * noted, since a node that everybody comes back to has better to do.
 */
final class UsedLogins {
  private static final long NOTED_MILLIS = 60_000;
  private static final int MAX_KNOWN = 50_000;
  private static final int MAX_UNDER_WAY = 1_000;

  private final Bus bus;
  private final Map<String, Long> noted = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();

  UsedLogins(Bus bus) {
    this.bus = bus;
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /** Of keys and of a provider's tokens, which belong to no login, nothing is noted. */
  void note(Principal principal) {
    long now = now();
    Long last = principal.isKey() || principal.signedBy() != null ? Long.valueOf(now) : noted.get(principal.jti());
    if (last != null && now - last < NOTED_MILLIS || underWay.get() >= MAX_UNDER_WAY) {
      return;
    }
    if (noted.size() >= MAX_KNOWN) {
      noted.values().removeIf(at -> now - at >= NOTED_MILLIS);
    }
    if (noted.size() < MAX_KNOWN) {
      noted.put(principal.jti(), now);
      underWay.incrementAndGet();
      bus.ask(AccountApi.SEE_LOGIN, new SeeLogin(principal.jti())).onComplete(done -> underWay.decrementAndGet());
    }
  }
}
