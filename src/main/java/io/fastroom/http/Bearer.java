package io.fastroom.http;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.Principal;
import io.fastroom.auth.Revocations;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Identifies the caller by the access token or key in the Authorization header. Any thread. */
final class Bearer {
  private static final String SCHEME = "Bearer ";

  private final AccessTokens tokens;
  private final Revocations revocations;

  Bearer(AccessTokens tokens, Revocations revocations) {
    this.tokens = tokens;
    this.revocations = revocations;
  }

  /** Fails with Refused(UNAUTHORIZED). */
  Future<Principal> authenticate(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return refused("An access token or a key is needed");
    }
    return tokens.verifyAccess(header.substring(SCHEME.length()).strip())
        .compose(revocations::use);
  }

  private static Future<Principal> refused(String detail) {
    return Future.failedFuture(new Refused(Problem.UNAUTHORIZED, detail));
  }
}
