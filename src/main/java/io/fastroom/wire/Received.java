package io.fastroom.wire;

/**
 * Something from another node or program, already free of this node's own echo. {@code json} is without {@code srv}.
 *
 * @param room the name in the channel
 * @param roomId 0 when not known
 * @param json a JSON object as the clients get it; for FOREIGN checked to be one with a {@code type}
 */
public record Received(Origin origin, String room, long roomId, long seq, byte[] json) {
  public enum Origin {
    /** Committed by another node, the mac is right: {@code roomId} and {@code seq} can be believed. */
    NODE,
    /** Another program's; {@code seq} 0 when it has none. With a seq it is only a hint to look into the log. */
    FOREIGN,
    /**
     * A change of presence; {@code seq} is its version. Written by another node's call of Redis, or (then {@code
     * roomId} is 0, and the node whose call it was hears it as well) about a heartbeat key that another program wrote.
     */
    PRESENCE
  }
}
