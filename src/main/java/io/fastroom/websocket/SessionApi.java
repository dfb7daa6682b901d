package io.fastroom.websocket;

import io.fastroom.bus.Address;
import io.fastroom.persistence.PersistenceApi.BlockedToken;
import java.util.List;

/** What others may tell the sockets of this node; every WebSocketVerticle hears. */
public final class SessionApi {
  private SessionApi() { }

  /** These access tokens and users are dead: their sockets close with 4401. */
  public record Revoke(List<BlockedToken> tokens, List<Long> disabledUsers) { }

  /** The node goes away: no new sockets, and those there are told so, spread over the drain time. */
  public record Leaving() { }

  public static final Address<Revoke, Void> REVOKE = new Address<>("session.revoke");
  public static final Address<Leaving, Void> DRAIN = new Address<>("session.drain");
}
