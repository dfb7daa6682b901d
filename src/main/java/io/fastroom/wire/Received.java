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
    /** Committed by another node, with a valid mac: {@code roomId} and {@code seq} can be trusted. */
    NODE,
    /** Another program's; {@code seq} is 0 when it has none. A seq is only a hint to look into the log. */
    FOREIGN,
    /**
     * A change of presence; {@code seq} is its version. Either another node's script in Redis wrote it, or it is about
     * a heartbeat key that another program wrote: then {@code roomId} is 0, and the node that called the script hears
     * it as well.
     */
    PRESENCE
  }
}
