package io.fastroom.http;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.Principal;
import io.fastroom.auth.QueryToken;
import io.fastroom.auth.Revocations;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** Identifies the caller by the access token or key in the Authorization header, or in the query. Any thread. */
final class Bearer {
  private static final String SCHEME = "Bearer ";

  private final AccessTokens tokens;
  private final Revocations revocations;
  private final boolean queryToken;

  /** @param queryToken whether a token in the query is taken where an operation does so */
  Bearer(AccessTokens tokens, Revocations revocations, boolean queryToken) {
    this.tokens = tokens;
    this.revocations = revocations;
    this.queryToken = queryToken;
  }

  /**
   * Fails with Refused(UNAUTHORIZED).
   *
   * @param orQuery whether the token may be in the query as well
   */
  Future<Principal> authenticate(HttpServerRequest request, boolean orQuery) {
    String token = orQuery ? QueryToken.of(request.query()) : null;
    if (token != null) {
      return queryToken ? verify(token) : refused("A token in the query string is not taken here");
    }
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return refused("An access token or a key is needed");
    }
    return verify(header.substring(SCHEME.length()).strip());
  }

  private Future<Principal> verify(String token) {
    return tokens.verifyAccess(token).compose(revocations::use);
  }

  private static Future<Principal> refused(String detail) {
    return Future.failedFuture(new Refused(Problem.UNAUTHORIZED, detail));
  }
}
