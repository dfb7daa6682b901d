package io.fastroom.auth;

import io.vertx.core.Future;

/** What opens calls and sockets: access tokens, ours and those of a provider, and keys. One a node. Thread: any. */
public final class AccessTokens {
  private final Tokens tokens;
  private final Keys keys;
  private final OidcTokens provider;
  private final VerifiedTokens verified = new VerifiedTokens(() -> System.nanoTime() / 1_000_000);

  /** @param provider null when there is none */
  public AccessTokens(Tokens tokens, Keys keys, OidcTokens provider) {
    this.tokens = tokens;
    this.keys = keys;
    this.provider = provider;
  }

  public AccessTokens(Tokens tokens, Keys keys) {
    this(tokens, keys, null);
  }

  /** Those that are signed here. */
  public Tokens ours() {
    return tokens;
  }

  /**
   * Fails with Refused(UNAUTHORIZED) for whatever is none of them, with NAME_OF_ANOTHER or NAME_UNUSABLE for a provider's
   * user who can have no account, or with UNAVAILABLE when it cannot be looked up; does not look at
   * {@link Revocations}.
   */
  public Future<Principal> verifyAccess(String token) {
    if (token != null && token.startsWith(Keys.PREFIX)) {
      return keys.verify(token);
    }
    // By its algorithm: what is signed with a secret is never checked with a public key, nor the other way round.
    OidcTokens.Header header = provider == null ? null : OidcTokens.header(token);
    return header == null ? verifyOurs(token) : provider.verify(token, header);
  }

  private Future<Principal> verifyOurs(String token) {
    if (token == null || token.length() > Tokens.MAX_LENGTH) {
      return tokens.verifyAccess(token);
    }
    String name = VerifiedTokens.nameOf(token);
    Principal known = verified.find(name);
    return known != null ? Future.succeededFuture(known)
        : tokens.verifyAccess(token).onSuccess(principal -> verified.add(name, principal));
  }
}
