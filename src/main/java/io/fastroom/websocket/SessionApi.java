package io.fastroom.websocket;

import io.fastroom.bus.Address;
import io.fastroom.persistence.PersistenceApi.BlockedToken;
import java.util.List;

/** What others may tell the sockets of this node; every WebSocketVerticle hears. */
public final class SessionApi {
  private SessionApi() { }

  /** These access tokens and users are dead: their sockets close with 4401. */
  public record Revoke(List<BlockedToken> tokens, List<Long> disabledUsers) { }

  /** The node is about to go away: no new sockets. Those there are sent away when their edge is undeployed. */
  public record ShutDoor() { }

  public static final Address<Revoke, Void> REVOKE = new Address<>("session.revoke");
  public static final Address<ShutDoor, Void> SHUT_DOOR = new Address<>("session.shut.door");
}
