package io.fastroom.model;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Who this process is among the nodes that share one Redis.
 *
 * @param serverId SERVER_ID; two nodes may have been given the same
 * @param boot a random hex suffix of this start, so that they still hear each other
 */
public record NodeId(String serverId, String boot) {
  public NodeId {
    if (!serverId.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException("SERVER_ID is 1 to 64 of A-Z a-z 0-9 _ -");
    }
  }

  public static NodeId boot(String serverId) {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    return new NodeId(serverId, HexFormat.of().formatHex(random));
  }

  /** Unlike that of any other start. */
  public String text() {
    return serverId + "." + boot;
  }

  /** The beginning of {@code srv} in everything that this node publishes. */
  public String mark() {
    return text() + ".";
  }
}
