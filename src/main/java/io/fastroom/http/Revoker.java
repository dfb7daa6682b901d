package io.fastroom.http;

import io.fastroom.auth.AuthApi;
import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Bus;
import io.fastroom.model.BlockedToken;
import io.vertx.core.Future;
import java.util.List;

/**
 * Tells the nodes which tokens and users have been revoked: this one at once and the others through Redis; what Redis
 * loses, they read from PostgreSQL within a second. Any thread.
 */
final class Revoker {
  private final Bus bus;

  Revoker(Bus bus) {
    this.bus = bus;
  }

  /** Access tokens that are already blocked in PostgreSQL. */
  Future<Void> end(List<BlockedToken> tokens) {
    return end(tokens, List.of());
  }

  /** @param users who are disabled or deleted */
  Future<Void> end(List<BlockedToken> tokens, List<Long> users) {
    if (tokens.isEmpty() && users.isEmpty()) {
      return Future.succeededFuture();
    }
    bus.announce(AuthApi.REVOKED, new AuthApi.Revoked(tokens, users));
    return tokens.isEmpty() ? Future.succeededFuture()
        : bus.ask(BridgeApi.REVOKE, new BridgeApi.Revoke(tokens)).otherwiseEmpty();
  }
}
