package io.fastroom.room;

import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.RoomUpdated;
import java.util.HashMap;
import java.util.Map;

/**
 * For each user, the last event that took away the right to see the room or to write, unless a later one gave it back.
 * It covers the events the room has seen, including those read when it became live.
 *
 * <p>Thread: the RoomVerticle's. What the user's sockets see of it is decided in {@code websocket.Expulsion}.
 */
final class LostRights {
  private final Map<Long, Long> byUser = new HashMap<>();
  /** The event that made the room private, 0 when none has or it was opened again. */
  private long closed;

  void note(RoomEvent event) {
    if (event instanceof MemberUpdate update) {
      if (update.revokes() || update.member().isMuted()) {
        byUser.put(update.member().userId(), event.seq());
      } else {
        byUser.remove(update.member().userId());
      }
    } else if (event instanceof RoomUpdated update) {
      closed = update.isPrivate() ? event.seq() : 0;
    }
  }

  /** Whether those who are no members have lost the sight of the room. */
  boolean isClosedAfter(long seq) {
    return closed > seq;
  }

  boolean isAfter(long userId, long seq) {
    return byUser.getOrDefault(userId, 0L) > seq;
  }

  void clear() {
    byUser.clear();
    closed = 0;
  }
}
