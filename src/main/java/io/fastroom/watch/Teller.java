package io.fastroom.watch;

import io.fastroom.bus.Bus;
import io.fastroom.watch.WatchApi.Tell;
import io.fastroom.watch.WatchApi.Told;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Hands hubs what their sockets are told, gathered in one turn of the event loop.
 *
 * <p>Thread: the WatchVerticle's. {@link #flush} must be called before a session is answered, so that the answer does not
 * overtake what came before it.
 */
final class Teller {
  private final Bus bus;
  private final Context context;
  private List<Tell> gathered = new ArrayList<>();

  Teller(Bus bus, Context context) {
    this.bus = bus;
    this.context = context;
  }

  /** For all sockets of the user that watch. */
  void watchers(long userId, byte[] json) {
    tell(new Tell(userId, json, 0, true, Set.of()));
  }

  /** For those that watch and are not in the room. */
  void outside(long userId, long roomId, byte[] json) {
    tell(new Tell(userId, json, roomId, true, Set.of()));
  }

  /** For all sockets of the user. */
  void all(long userId, byte[] json, Set<String> except) {
    tell(new Tell(userId, json, 0, false, except));
  }

  private void tell(Tell tell) {
    if (gathered.isEmpty()) {
      context.runOnContext(turn -> flush());
    }
    gathered.add(tell);
  }

  void flush() {
    if (!gathered.isEmpty()) {
      bus.announce(WatchApi.TOLD, new Told(gathered));
      gathered = new ArrayList<>();
    }
  }
}
