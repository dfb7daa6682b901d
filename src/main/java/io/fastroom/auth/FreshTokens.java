package io.fastroom.auth;

import io.fastroom.bus.Bus;
import io.fastroom.bus.SharedAnswer;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.UseLogin;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Says when the access token of a rotation is first used: from then on its refresh token's predecessor is no lost answer
 * but theft. That matters for a minute after the rotation, so the id of such a token says when it was made, and all other
 * tokens cost nothing here. The first call with it waits until PostgreSQL knows, {@value #WAIT_MILLIS} ms at most; when
 * PostgreSQL is away for so long, theft within that minute is not noticed.
 *
 * <p>Thread: any. Limits: {@value #MAX_KNOWN} tokens that are known as used; of more, each use is told.
 */
final class FreshTokens {
  private static final char ROTATED = 'r';
  /** A minute, and what clocks of nodes may differ by. */
  private static final long FRESH_SECONDS = 90;
  private static final long WAIT_MILLIS = 1_000;
  private static final int MAX_KNOWN = 50_000;

  private record Use(long madeAt, Future<Void> told) { }

  private final Bus bus;
  private final Map<String, Use> known = new ConcurrentHashMap<>();

  FreshTokens(Bus bus) {
    this.bus = bus;
  }

  /** The id of an access token that is given for a refresh token. */
  static String jti(Instant now) {
    return ROTATED + Long.toString(now.getEpochSecond(), Character.MAX_RADIX) + "." + UUID.randomUUID();
  }

  private static long madeAt(String jti) {
    int dot = jti.indexOf('.');
    try {
      return dot < 2 || jti.charAt(0) != ROTATED ? 0 : Long.parseLong(jti, 1, dot, Character.MAX_RADIX);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Done when it is known that the token is in use. Never fails. */
  Future<Void> use(Principal principal) {
    long madeAt = madeAt(principal.jti());
    long oldest = Instant.now().getEpochSecond() - FRESH_SECONDS;
    if (madeAt < oldest) {
      return Future.succeededFuture();
    }
    if (known.size() >= MAX_KNOWN) {
      known.values().removeIf(use -> use.madeAt < oldest);
    }
    Use use = known.get(principal.jti());
    return use != null ? SharedAnswer.here(use.told) : tell(principal.jti(), madeAt);
  }

  private Future<Void> tell(String jti, long madeAt) {
    Future<Void> told = bus.ask(PersistenceApi.USE_LOGIN, new UseLogin(jti))
        .timeout(WAIT_MILLIS, TimeUnit.MILLISECONDS);
    if (known.size() < MAX_KNOWN) {
      known.put(jti, new Use(madeAt, told.otherwiseEmpty()));
    }
    return told.onFailure(away -> known.remove(jti)).otherwiseEmpty();
  }
}
