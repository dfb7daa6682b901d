package io.fastroom.redis;

import io.fastroom.model.NodeId;

/** The names of channels in Redis. Any thread. */
public final class Channels {
  /** What every node hears about tokens. */
  public static final String CONTROL = "fastroom:control";

  private static final String ROOM = "room:";

  private Channels() { }

  /** @param name the room's, of any characters */
  public static String room(String name) {
    return ROOM + name;
  }

  /** @return the room's name, or null when it is not the channel of a room */
  public static String roomOf(String channel) {
    return channel.startsWith(ROOM) ? channel.substring(ROOM.length()) : null;
  }

  /** Where a node hears itself. */
  public static String probe(NodeId node) {
    return "fastroom:probe:" + node.serverId() + "." + node.boot();
  }
}
