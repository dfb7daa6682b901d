package io.fastroom.websocket;

import io.fastroom.bus.Address;

/** What other parts may tell the sockets of this node; every WebSocketVerticle hears it. */
public final class SessionApi {
  private SessionApi() { }

  /** The node is about to stop: no new sockets. Open ones are closed when their edge is undeployed. */
  public record ShutDoor() { }

  public static final Address<ShutDoor, Void> SHUT_DOOR = new Address<>("session.shut.door");
}
