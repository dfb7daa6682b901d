package io.fastroom.room;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The sockets of this node that are in a room, with the hubs that hold them and the users they are of.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class RoomSockets {
  /** What a socket is in the room. */
  enum Kind {
    /** Somebody who is there. */
    PRESENT,
    /** It only reads. */
    READER
  }

  /** A socket in the room. */
  record Conn(String connId, long userId, String username, String hub, Kind kind) {
    boolean isPresent() {
      return kind == Kind.PRESENT;
    }
  }

  // Most rooms have few.
  private final Map<String, Conn> conns = new HashMap<>(2);
  private final Map<String, Integer> hubs = new HashMap<>(2);
  /** By hub, what it has been handed of the room; {@link Deliverer}'s. */
  final Map<String, HandedRoom> handed = new HashMap<>(2);
  /** Whether more waits for one of the hubs than should; {@link Deliverer}'s as well. */
  boolean crowded;
  private final Map<String, Integer> users = new HashMap<>(2);
  private long emptySince = System.nanoTime();
  /** Whether their heartbeats are spread over the interval. */
  boolean spread;

  boolean has(String connId) {
    return conns.containsKey(connId);
  }

  void enter(Conn conn) {
    if (conns.putIfAbsent(conn.connId(), conn) == null) {
      hubs.merge(conn.hub(), 1, Integer::sum);
      if (conn.isPresent()) {
        users.merge(conn.username(), 1, Integer::sum);
      }
    }
  }

  /** @return null when the socket was not here */
  Conn exit(String connId) {
    Conn conn = conns.remove(connId);
    if (conn != null) {
      hubs.computeIfPresent(conn.hub(), RoomSockets::oneLess);
      if (conn.isPresent()) {
        users.computeIfPresent(conn.username(), RoomSockets::oneLess);
      }
    }
    if (conns.isEmpty()) {
      emptySince = System.nanoTime();
    }
    return conn;
  }

  private static Integer oneLess(String name, Integer count) {
    return count == 1 ? null : count - 1;
  }

  /** All of them; a copy, since leaving changes them. */
  List<Conn> conns() {
    return new ArrayList<>(conns.values());
  }

  int size() {
    return conns.size();
  }

  /** Those that have a presence. */
  List<Conn> present() {
    return present(conn -> true);
  }

  List<Conn> present(Predicate<Conn> which) {
    return conns.values().stream().filter(conn -> conn.isPresent() && which.test(conn)).toList();
  }

  boolean hasSocketOf(String username) {
    return users.containsKey(username);
  }

  /** How many of them each hub holds. */
  Map<String, Integer> hubs() {
    return hubs;
  }

  /** For how long no socket has been here, in nanoseconds; negative when there is one. */
  long emptyFor() {
    return conns.isEmpty() ? System.nanoTime() - emptySince : -1;
  }
}
