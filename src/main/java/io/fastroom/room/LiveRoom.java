package io.fastroom.room;

import io.fastroom.model.Committed;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.wire.EventJson;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A room that has, or had a moment ago, sockets on this node. It takes events in any order, any number of times, and
 * releases each once, in {@code seq} order.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@value #MAX_WAITING} events wait behind a gap; beyond it they are dropped, since
 * they will be read from the log with the gap.
 */
final class LiveRoom {
  static final int MAX_WAITING = 4096;

  /** Told of what a room releases, in order. */
  interface Listener {
    void released(LiveRoom room, Committed released, byte[] json);
  }

  /** A socket in the room. */
  record Conn(String connId, long userId, String username, String hub) { }

  private record Pending(Committed committed, byte[] json) { }

  final long id;
  final Tail tail = new Tail();
  final RecentMessages recent = new RecentMessages();
  final LocalPresence presence = new LocalPresence();
  private final Listener listener;
  private final TreeMap<Long, Pending> waiting = new TreeMap<>();
  private final Map<String, Conn> conns = new HashMap<>();
  private final Map<String, Integer> hubs = new HashMap<>();
  private final Map<String, Integer> users = new HashMap<>();
  /** The last event that took from each user the right to see the room or to write, unless a later one gave it back. */
  private final Map<Long, Long> restricted = new HashMap<>();
  private String name;
  private long released;
  private long emptySince = System.nanoTime();

  /** What is under way for the room, null when nothing is; others who want the same wait for it. */
  Future<Void> healing;
  Future<Void> extending;
  boolean gapTimer;

  LiveRoom(long id, String name, long released, Listener listener) {
    this.id = id;
    this.name = name;
    this.released = released;
    this.listener = listener;
  }

  String name() {
    return name;
  }

  /** The seq of the last event released. */
  long released() {
    return released;
  }

  boolean hasGap() {
    return !waiting.isEmpty();
  }

  /** Takes an event; {@code json} null when it has not been encoded. */
  void offer(Committed committed, byte[] json) {
    long seq = committed.event().seq();
    if (seq <= released) {
      return;
    }
    if (seq != released + 1) {
      // The copy that knows its sender beats the one read from the log.
      if (waiting.size() < MAX_WAITING && (committed.connId() != null || !waiting.containsKey(seq))) {
        waiting.put(seq, new Pending(committed, json));
      }
      return;
    }
    Pending first = waiting.isEmpty() ? null : waiting.get(seq);
    if (first != null && committed.connId() == null && first.committed.connId() != null) {
      release(first.committed, first.json);
    } else {
      release(committed, json);
    }
    while (!waiting.isEmpty() && waiting.firstKey() <= released + 1) {
      Pending next = waiting.pollFirstEntry().getValue();
      if (next.committed.event().seq() == released + 1) {
        release(next.committed, next.json);
      }
    }
  }

  private void release(Committed committed, byte[] encoded) {
    RoomEvent event = committed.event();
    byte[] json = encoded;
    // A replayed event bears the name of today; on the way out it must be the one its receivers know the room by.
    if (!event.room().equals(name)) {
      event = event.in(name);
      json = null;
    }
    if (json == null) {
      json = EventJson.encode(event);
    }
    released = event.seq();
    tail.add(event, json);
    recent.apply(event, json);
    remember(event);
    listener.released(this, new Committed(event, committed.connId(), committed.ref()), json);
    if (event instanceof RoomUpdated update && !update.name().equals(name)) {
      name = update.name();
      tail.rename(name);
      recent.rename(name);
    }
  }

  /** Notes whom an event, released here or before the room came to life here, puts out, mutes or forgives. */
  void remember(RoomEvent event) {
    if (event instanceof MemberUpdate update) {
      if (update.revokes() || update.member().isMuted()) {
        restricted.put(update.member().userId(), event.seq());
      } else {
        restricted.remove(update.member().userId());
      }
    }
  }

  boolean restrictedAfter(long userId, long seq) {
    return restricted.getOrDefault(userId, 0L) > seq;
  }

  // Sockets

  boolean has(String connId) {
    return conns.containsKey(connId);
  }

  void enter(Conn conn) {
    if (conns.putIfAbsent(conn.connId(), conn) == null) {
      hubs.merge(conn.hub(), 1, Integer::sum);
      users.merge(conn.username(), 1, Integer::sum);
    }
  }

  /** @return null when the socket was not here */
  Conn exit(String connId) {
    Conn conn = conns.remove(connId);
    if (conn != null) {
      hubs.computeIfPresent(conn.hub(), LiveRoom::oneLess);
      users.computeIfPresent(conn.username(), LiveRoom::oneLess);
    }
    if (conns.isEmpty()) {
      emptySince = System.nanoTime();
    }
    return conn;
  }

  private static Integer oneLess(String name, Integer count) {
    return count == 1 ? null : count - 1;
  }

  List<Conn> conns() {
    return new ArrayList<>(conns.values());
  }

  boolean hasSocketOf(String username) {
    return users.containsKey(username);
  }

  Iterable<String> hubs() {
    return hubs.keySet();
  }

  /** For how long no socket has been here, in nanoseconds; negative when there is one. */
  long emptyFor() {
    return conns.isEmpty() ? System.nanoTime() - emptySince : -1;
  }
}
