package io.fastroom.watch;

import io.fastroom.model.ListedRoom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who watches on this node, and which rooms that are. What is in no list is forgotten at once.
 *
 * <p>Thread: the WatchVerticle's. Limits: {@link #hasPlacesFor}, by the memory of the node.
 */
final class Watchlist {
  /** What a place takes, its share of the maps included, in bytes of memory. */
  private static final int PLACE_BYTES = 128;
  private static final int SHARE = 16;

  private final Map<Long, WatchedUser> users = new HashMap<>();
  private final Map<Long, WatchedRoom> rooms = new HashMap<>();
  private final WatchMetrics metrics;
  private final long limit;
  private long places;

  /** @param limit places */
  Watchlist(WatchMetrics metrics, long limit) {
    this.metrics = metrics;
    this.limit = limit;
    metrics.limit(limit);
  }

  /** What the heap has room for. */
  static long limit() {
    return Runtime.getRuntime().maxMemory() / SHARE / PLACE_BYTES;
  }

  /** @return null when none of their sockets watches */
  WatchedUser user(long id) {
    return users.get(id);
  }

  /** @return null when it is in nobody's list */
  WatchedRoom room(long id) {
    return rooms.get(id);
  }

  List<WatchedUser> users() {
    return new ArrayList<>(users.values());
  }

  List<WatchedRoom> rooms() {
    return new ArrayList<>(rooms.values());
  }

  /**
   * Whether a user who has begun may have so many: beyond the limit those who have less than others, up to twice the limit
   * in all.
   */
  boolean hasPlacesFor(int many) {
    return places < limit || places < 2 * limit && many <= limit / 2 / users.size();
  }

  WatchedUser begin(long userId, String connId) {
    WatchedUser user = users.computeIfAbsent(userId, WatchedUser::new);
    user.conns.add(connId);
    told();
    return user;
  }

  void end(long userId, String connId) {
    WatchedUser user = users.get(userId);
    if (user == null || !user.conns.remove(connId) || !user.conns.isEmpty()) {
      return;
    }
    users.remove(userId);
    for (long room : user.places.rooms()) {
      places--;
      leave(user, room);
    }
    told();
  }

  void add(WatchedUser user, long roomId, long changedSeq, long readSeq) {
    user.places.add(roomId, changedSeq, readSeq);
    places++;
  }

  /** The user is shown the room, or shown it again. @return the room as it is known here, perhaps from another moment */
  WatchedRoom show(WatchedUser user, ListedRoom listed) {
    WatchedRoom room = rooms.computeIfAbsent(listed.room().id(), id -> new WatchedRoom(listed));
    room.enter(user);
    user.places.advance(room.id(), listed.changedSeq(), listed.readSeq());
    return room;
  }

  void remove(WatchedUser user, long roomId) {
    if (user.places.remove(roomId)) {
      places--;
      leave(user, roomId);
    }
  }

  private void leave(WatchedUser user, long roomId) {
    WatchedRoom room = rooms.get(roomId);
    if (room != null) {
      room.leave(user);
      if (room.users().isEmpty()) {
        rooms.remove(roomId);
      }
    }
  }

  void told() {
    metrics.watched(users.size(), rooms.size(), places);
  }
}
