package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Who is in rooms that have no sockets on this node. Simultaneous questions share one read from Redis, and the answer
 * for a large room is reused for a moment, since all of it is read in pages, which takes long.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@value #KEPT} large rooms.
 */
final class QuietRooms {
  private static final int KEPT = 20;
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

  private record Kept(TreeSet<String> users, long at) {
    boolean isFresh() {
      return System.nanoTime() - at < FRESH_NANOS;
    }
  }

  private final Bus bus;
  private final Map<String, Future<TreeSet<String>>> asked = new HashMap<>();
  private final Map<String, Kept> large = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
      return size() > KEPT;
    }
  };

  QuietRooms(Bus bus) {
    this.bus = bus;
  }

  Future<TreeSet<String>> users(String room) {
    Kept kept = large.get(room);
    if (kept != null && kept.isFresh()) {
      return Future.succeededFuture(kept.users());
    }
    Future<TreeSet<String>> under = asked.get(room);
    if (under != null) {
      return under;
    }
    Future<TreeSet<String>> answer = bus.ask(PresenceApi.SNAPSHOT, new Snapshot(room))
        .map(Present::users).map(TreeSet::new);
    asked.put(room, answer);
    return answer.onComplete(done -> asked.remove(room, answer))
        .onSuccess(users -> keep(room, users));
  }

  private void keep(String room, TreeSet<String> users) {
    large.remove(room);
    if (users.size() > RoomApi.LARGE) {
      large.put(room, new Kept(users, System.nanoTime()));
    }
  }

  /** To be called about every second. */
  void forget() {
    large.values().removeIf(kept -> !kept.isFresh());
  }
}
