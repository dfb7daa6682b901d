package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.room.RoomApi.Deliveries;
import io.fastroom.room.RoomApi.Delivery;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands hubs what their rooms release: everything gathered in one turn of the event loop goes to a hub as one bus
 * message.
 *
 * <p>Thread: the RoomVerticle's. {@link #flush} must be called before a hub is answered, so that the answer does not
 * overtake what came before it.
 */
final class Deliverer {
  private final Bus bus;
  private final Context context;
  private final Map<String, List<Delivery>> gathered = new LinkedHashMap<>();

  Deliverer(Bus bus, Context context) {
    this.bus = bus;
    this.context = context;
  }

  void deliver(LiveRoom room, Delivery delivery) {
    for (String hub : room.sockets.hubs()) {
      if (gathered.isEmpty()) {
        context.runOnContext(turn -> flush());
      }
      gathered.computeIfAbsent(hub, name -> new ArrayList<>()).add(delivery);
    }
  }

  /** Something that is not stored. */
  void deliver(LiveRoom room, byte[] json) {
    deliver(room, new Delivery(room.id, 0, null, json, null, null));
  }

  void flush() {
    if (gathered.isEmpty()) {
      return;
    }
    gathered.forEach((hub, deliveries) -> bus.tell(RoomApi.hub(hub), new Deliveries(deliveries)));
    gathered.clear();
  }
}
