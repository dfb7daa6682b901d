package io.fastroom.room;

import io.fastroom.wire.EphemeralJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Tells the sockets of a room who came and who left: at once and with a system line, or, in a large room, once a second
 * and without lines. Sockets of a large room know only some of those who are there; once it is no longer large they are told
 * all. When thousands come back at once, each of them being told of each other would be millions of names: then they are
 * told who is there instead of who came.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@value RoomApi#LARGE} names a second; all of a room once in half a minute.
 */
final class PresenceDiffs {
  /** A room whose size goes up and down around the limit is not told all the time. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Deliverer deliverer;
  private final Function<Long, LiveRoom> rooms;
  /** By room: users who came (true) or left and have not been told yet. */
  private final Map<Long, Map<String, Boolean>> gathered = new HashMap<>();
  /** Rooms of which sockets may know only a part. */
  private final Set<Long> partial = new HashSet<>();
  /** By room: until when all are not told again, in nanoseconds of the monotonic clock. */
  private final Map<Long, Long> told = new HashMap<>();

  PresenceDiffs(Deliverer deliverer, Function<Long, LiveRoom> rooms) {
    this.deliverer = deliverer;
    this.rooms = rooms;
  }

  /** @param came whether the user came; the room's own view is already up to date */
  void tell(LiveRoom room, String username, boolean came) {
    if (room.presence.count() <= RoomApi.LARGE && !gathered.containsKey(room.id)) {
      deliverer.deliver(room, came ? EphemeralJson.joined(room.name(), username)
          : EphemeralJson.left(room.name(), username));
      deliverer.deliver(room, EphemeralJson.system(room.name(), username + (came ? " joined" : " left")));
      return;
    }
    partial.add(room.id);
    Map<String, Boolean> changes = gathered.computeIfAbsent(room.id, id -> new LinkedHashMap<>());
    // Sent even when it is as before: whoever joined in between has received another list.
    changes.put(username, came);
  }

  /** To be called about every second. */
  void flush() {
    gathered.forEach((roomId, changes) -> {
      LiveRoom room = rooms.apply(roomId);
      if (room != null && !changes.isEmpty()) {
        tell(room, changes);
      }
    });
    gathered.clear();
    complete(System.nanoTime());
  }

  private void complete(long now) {
    told.values().removeIf(until -> until - now < 0);
    partial.removeIf(roomId -> {
      LiveRoom room = rooms.apply(roomId);
      boolean isDue = room != null && room.presence.count() <= RoomApi.LARGE && !told.containsKey(roomId);
      if (isDue) {
        deliverer.deliver(room, state(room));
        told.put(roomId, now + PAUSE_NANOS);
      }
      return room == null || isDue;
    });
  }

  private void tell(LiveRoom room, Map<String, Boolean> changes) {
    List<String> came = new ArrayList<>();
    List<String> went = new ArrayList<>();
    if (changes.size() > RoomApi.LARGE) {
      deliverer.deliver(room, state(room));
    } else {
      changes.forEach((username, in) -> (in ? came : went).add(username));
    }
    deliverer.deliver(room, EphemeralJson.diff(room.name(), came, went, room.presence.count()));
  }

  /** What somebody would be told who joined now. */
  private static byte[] state(LiveRoom room) {
    RoomApi.Who who = room.presence.who(null, RoomApi.LARGE);
    return who.more() ? EphemeralJson.partialState(room.name(), who.users(), who.count())
        : EphemeralJson.state(room.name(), who.users());
  }
}
