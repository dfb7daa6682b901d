package io.fastroom.room;

import io.fastroom.wire.EphemeralJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Tells the sockets of a room who came and who left: at once and with a system line, or, in a large room, once a second
 * and without lines.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@value RoomApi#LARGE} names a frame.
 */
final class PresenceDiffs {
  private final Deliverer deliverer;
  private final Function<Long, LiveRoom> rooms;
  /** By room: users who came (true) or left and have not been told yet. */
  private final Map<Long, Map<String, Boolean>> gathered = new HashMap<>();

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
  }

  private void tell(LiveRoom room, Map<String, Boolean> changes) {
    List<String> came = new ArrayList<>();
    List<String> went = new ArrayList<>();
    changes.forEach((username, in) -> {
      (in ? came : went).add(username);
      if (came.size() + went.size() == RoomApi.LARGE) {
        deliverer.deliver(room, EphemeralJson.diff(room.name(), came, went, room.presence.count()));
        came.clear();
        went.clear();
      }
    });
    if (came.size() + went.size() > 0) {
      deliverer.deliver(room, EphemeralJson.diff(room.name(), came, went, room.presence.count()));
    }
  }
}
