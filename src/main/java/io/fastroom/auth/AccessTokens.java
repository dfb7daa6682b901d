package io.fastroom.auth;

import io.vertx.core.Future;

/** What opens calls and sockets: access tokens and keys. Thread: any. */
public final class AccessTokens {
  private final Tokens tokens;
  private final Keys keys;

  public AccessTokens(Tokens tokens, Keys keys) {
    this.tokens = tokens;
    this.keys = keys;
  }

  /**
   * Fails with Refused(UNAUTHORIZED) for whatever is neither, or with UNAVAILABLE when a key cannot be looked up; does
   * not look at {@link Revocations}.
   */
  public Future<Principal> verifyAccess(String token) {
    return token != null && token.startsWith(Keys.PREFIX) ? keys.verify(token) : tokens.verifyAccess(token);
  }
}
