package io.fastroom.room;

import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.MemberUpdate;
import java.util.HashMap;
import java.util.Map;

/**
 * The last event that took from each user the right to see the room or to write, unless a later one gave it back. From
 * the events that the room has seen, those before it came to life here included.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class Restrictions {
  private final Map<Long, Long> byUser = new HashMap<>();

  void note(RoomEvent event) {
    if (event instanceof MemberUpdate update) {
      if (update.revokes() || update.member().isMuted()) {
        byUser.put(update.member().userId(), event.seq());
      } else {
        byUser.remove(update.member().userId());
      }
    }
  }

  boolean isAfter(long userId, long seq) {
    return byUser.getOrDefault(userId, 0L) > seq;
  }

  void clear() {
    byUser.clear();
  }
}
