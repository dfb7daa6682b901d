package io.fastroom.room;

import io.fastroom.room.PresenceTracker.Beat;
import java.util.ArrayList;
import java.util.List;

/**
 * When the heartbeats of this node's connections are written again: once an interval, those of a room together, those of
 * a large room spread over the interval, and rooms spread over it, too.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class HeartbeatTurns {
  /** So many go into one script. */
  private static final int TOGETHER = PresenceTracker.REFRESH_BATCH;

  private final PresenceTracker presences;
  private final int slots;
  private long second;

  /** @param slots the interval in seconds */
  HeartbeatTurns(PresenceTracker presences, int slots) {
    this.presences = presences;
    this.slots = slots;
  }

  /** To be called every second. @return the rooms whose turn it is */
  List<LiveRoom> next(List<LiveRoom> all) {
    second++;
    List<Beat> beats = new ArrayList<>();
    all.forEach(room -> beat(room, beats));
    presences.beat(beats);
    return all.stream().filter(this::hasTurn).toList();
  }

  private void beat(LiveRoom room, List<Beat> beats) {
    RoomSockets sockets = room.sockets;
    boolean large = sockets.size() > TOGETHER;
    if (large != sockets.spread) {
      // Each has another turn from now on, which could be too far from its last one.
      sockets.spread = large;
      beats.add(new Beat(room, sockets.present()));
    } else if (large) {
      beats.add(new Beat(room, sockets.present(conn -> (conn.connId().hashCode() + second) % slots == 0)));
    } else if (hasTurn(room)) {
      beats.add(new Beat(room, sockets.present()));
    }
  }

  private boolean hasTurn(LiveRoom room) {
    return (room.id + second) % slots == 0;
  }
}
