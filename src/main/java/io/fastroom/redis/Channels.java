package io.fastroom.redis;

import io.fastroom.model.NodeId;

/**
 * The names of channels in Redis. Any thread.
 *
 * @param prefix what each begins with, so that others on the same Redis have channels of their own
 */
public record Channels(String prefix) {
  private static final String ROOM = "room:";

  /** What every node hears about tokens. */
  public String control() {
    return prefix + "fastroom:control";
  }

  /** What every node hears about the lists of rooms of its users. */
  public String watch() {
    return prefix + "fastroom:watch";
  }

  /** @param name the room's, of any characters */
  public String room(String name) {
    return prefix + ROOM + name;
  }

  /** @return the room's name, or null when it is not the channel of a room */
  public String roomOf(String channel) {
    return channel.startsWith(prefix + ROOM) ? channel.substring(prefix.length() + ROOM.length()) : null;
  }

  /** Where a node hears itself. */
  public String probe(NodeId node) {
    return prefix + "fastroom:probe:" + node.serverId() + "." + node.boot();
  }
}
