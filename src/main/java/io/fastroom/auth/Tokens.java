package io.fastroom.auth;

import io.fastroom.Settings;
import io.fastroom.model.User;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;

/** Signs and verifies access and refresh tokens: HS256 over the bytes of FASTROOM_SECRET. Any thread. */
public final class Tokens {
  /** A pair given out at login or rotation. {@code refreshHash} is the SHA-256 that is stored. */
  public record Pair(String access, String accessJti, Instant accessExpiresAt, String refresh, byte[] refreshHash,
                     Instant refreshExpiresAt) { }

  public Tokens(Vertx vertx, Settings.Tokens settings) {
    throw new UnsupportedOperationException("to be written");
  }

  public Pair sign(User user) {
    throw new UnsupportedOperationException("to be written");
  }

  /** Fails with Refused(UNAUTHORIZED) for any token that is not a live access token of ours; does not look at {@link Revocations}. */
  public Future<Principal> verifyAccess(String token) {
    throw new UnsupportedOperationException("to be written");
  }
}
