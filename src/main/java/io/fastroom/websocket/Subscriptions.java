package io.fastroom.websocket;

import io.fastroom.model.RoomNames;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The rooms of one session. Thread: the event loop of its hub. */
final class Subscriptions {
  private final List<Subscription> all = new ArrayList<>(2);

  /** The one in the room of that name, or null; not one that was put out. */
  Subscription find(String room) {
    Subscription found = named(room);
    String normal = found == null ? RoomNames.normal(room) : room;
    return normal.equals(room) ? found : named(normal);
  }

  private Subscription named(String room) {
    for (Subscription subscription : all) {
      if (!subscription.isFenced() && subscription.room.name().equals(room)) {
        return subscription;
      }
    }
    return null;
  }

  /** The one in the room, or null. */
  Subscription find(long roomId) {
    for (Subscription subscription : all) {
      if (subscription.room.id == roomId) {
        return subscription;
      }
    }
    return null;
  }

  /** From the last; {@link #remove} may be called meanwhile for the one that is given. */
  void each(Consumer<Subscription> action) {
    for (int i = all.size() - 1; i >= 0; i--) {
      action.accept(all.get(i));
    }
  }

  /** Whether each has what its room has. */
  boolean areUpToDate() {
    for (int i = 0; i < all.size(); i++) {
      Subscription one = all.get(i);
      if (one.behind || one.missedPresence || one.room.isAwaited()) {
        return false;
      }
    }
    return true;
  }

  int size() {
    return all.size();
  }

  void add(Subscription subscription) {
    all.add(subscription);
  }

  void remove(Subscription subscription) {
    all.remove(subscription);
  }

  void clear() {
    all.clear();
  }
}
