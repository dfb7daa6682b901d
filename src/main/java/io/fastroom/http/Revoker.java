package io.fastroom.http;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Bus;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Revocation;
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
    return tell(new Revocation(tokens, users, List.of()));
  }

  /** @param userId who was disabled, perhaps, and is so no more */
  Future<Void> enabled(long userId) {
    return tell(new Revocation(List.of(), List.of(), List.of(userId)));
  }

  private Future<Void> tell(Revocation told) {
    return bus.ask(BridgeApi.REVOKE, told).otherwiseEmpty();
  }
}
