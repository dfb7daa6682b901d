package io.fastroom.presence;

import io.fastroom.presence.PresenceApi.Entry;
import java.util.regex.Pattern;

/**
 * The names of presence in Redis. A room's heartbeats, its index (connections by the time they expire) and its
 * connections (by name, to count a user's) must share a slot in a cluster, so there the room's name is wrapped in
 * literal braces. Any thread.
 *
 * @param prefix what each begins with, so that others on the same Redis have keys of their own
 */
record PresenceKeys(String prefix, boolean cluster) {
  private static final String HEARTBEAT = "presence:hb:";
  private static final String INDEX = "presence:index:";
  private static final String CONNECTIONS = "presence:connections:";
  private static final Pattern USERNAME = Pattern.compile("[a-z0-9_.]{1,64}");
  private static final int MAX_CONN_ID = 128;
  private static final int MAX_ROOM = 400;

  String heartbeats(String room) {
    return prefix + HEARTBEAT + tag(room) + ":";
  }

  String heartbeat(Entry entry) {
    return heartbeats(entry.room()) + member(entry);
  }

  static String member(Entry entry) {
    return entry.username() + ":" + entry.connId();
  }

  String index(String room) {
    return prefix + INDEX + tag(room);
  }

  String connections(String room) {
    return prefix + CONNECTIONS + tag(room);
  }

  /** Whether it is an index or the connections of a room. */
  boolean isList(String key) {
    return key.startsWith(INDEX, prefix.length()) || key.startsWith(CONNECTIONS, prefix.length());
  }

  /** The last version given out. Of a cluster each server counts for itself, so each room has one, as of the next three. */
  String version(String room) {
    return ofServer("version", room);
  }

  /** Random, made when there is none: tells that Redis has lost its data. */
  String epoch(String room) {
    return ofServer("epoch", room);
  }

  /** While it exists nobody is taken out. */
  String hold(String room) {
    return ofServer("hold", room);
  }

  /** By how much Redis's clock was set back a moment ago, in milliseconds. */
  String back(String room) {
    return ofServer("back", room);
  }

  private String ofServer(String name, String room) {
    return prefix + "presence:" + name + (cluster ? ":" + tag(room) : "");
  }

  private String tag(String room) {
    if (!cluster) {
      return room;
    }
    // Redis takes "{}" for no tag at all. No room's name begins with a space, so this is no other room's.
    return room.startsWith("}") ? "{ " + room + "}" : "{" + room + "}";
  }

  /** @return null when it is not the heartbeat of anybody who could be in a room */
  Entry parse(String key) {
    int conn = key.lastIndexOf(':');
    int user = key.lastIndexOf(':', conn - 1);
    int from = prefix.length() + HEARTBEAT.length();
    if (!key.startsWith(prefix + HEARTBEAT) || user <= from || key.length() - conn - 1 > MAX_CONN_ID
        || conn == key.length() - 1 || !USERNAME.matcher(key.substring(user + 1, conn)).matches()) {
      return null;
    }
    String room = key.substring(from, user);
    if (cluster) {
      if (!room.startsWith("{") || !room.endsWith("}") || room.length() < 3) {
        return null;
      }
      room = room.substring(room.startsWith("{ }") ? 2 : 1, room.length() - 1);
    }
    return room.length() > MAX_ROOM ? null : new Entry(room, key.substring(user + 1, conn), key.substring(conn + 1));
  }
}
