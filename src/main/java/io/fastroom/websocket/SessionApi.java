package io.fastroom.websocket;

import io.fastroom.bus.Address;

/** What others may tell the sockets of this node; every WebSocketVerticle hears. */
public final class SessionApi {
  private SessionApi() { }

  /** The node is about to go away: no new sockets. Those there are sent away when their edge is undeployed. */
  public record ShutDoor() { }

  public static final Address<ShutDoor, Void> SHUT_DOOR = new Address<>("session.shut.door");
}
