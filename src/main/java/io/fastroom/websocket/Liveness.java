package io.fastroom.websocket;

import io.fastroom.auth.Principal;
import java.time.Duration;
import java.time.Instant;

/** Whether what opened a socket is still good. Thread: the event loop of its hub. */
final class Liveness {
  /** Somewhat more than the time between two looks at a socket. */
  private static final long SOON_MILLIS = 1_500;

  private Liveness() { }

  /** Until when the session's token is good without a look, by {@link IdleSocketCheck#now}. */
  static long restUntil(Session session, long now, Instant wall) {
    long left = Duration.between(wall, session.principal().expiresAt()).toMillis();
    return now + left - SOON_MILLIS;
  }

  /** When it is about to expire, the session is told at that moment: the next look would be late by up to a second. */
  static boolean isLive(Session session, SessionContext context, Instant now) {
    Principal principal = session.principal();
    if (!principal.expiresAt().isAfter(now) || !context.revocations().allows(principal)) {
      return false;
    }
    if (principal.expiresAt().isBefore(now.plusMillis(SOON_MILLIS))) {
      context.loop().setTimer(Duration.between(now, principal.expiresAt()).toMillis() + 1, () -> {
        if (!session.principal().expiresAt().isAfter(Instant.now())) {
          session.unauthorized();
        }
      });
    }
    return true;
  }
}
