package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.room.RoomApi.Caught;
import io.fastroom.room.RoomApi.Deliveries;
import io.fastroom.room.RoomApi.Delivery;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands hubs what their rooms release: everything gathered in one turn of the event loop goes to a hub as one bus
 * message. What would keep a hub's event loop busy for long goes in pieces, each when the one before has been written,
 * and its rooms take turns: one in which much is said to many does not hold up the others.
 *
 * <p>Thread: the RoomVerticle's. {@link #flush} must be called before a hub is answered about a room, so that the answer
 * does not overtake what came before it.
 */
final class Deliverer {
  /** What a hub may have to write to all its sockets, in bytes, before the rest waits, if it is also ... */
  static final long PIECE_BYTES = 1 << 20;
  /** ... so much for one of them, in bytes: with less a fan-out to thousands would spend its time on system calls. */
  static final long SOCKET_BYTES = 64 << 10;

  private final Bus bus;
  private final Context context;
  private final Map<String, Lane> lanes = new HashMap<>();
  private final RoomMetrics metrics;
  private boolean scheduled;

  /** What one hub is to be handed. */
  private final class Lane {
    private final String hub;
    /** Of this turn, for as long as nothing waits. */
    private List<Delivery> gathered = new ArrayList<>();
    /** By room, in the order of their turns. */
    private final Map<Long, Deque<Waiting>> waiting = new LinkedHashMap<>();
    /** What the hub has been handed and has not said that it has written, in bytes that it writes. */
    private long handed;
    /** The same, counted once for each event. */
    private long said;
    /** What it is asked about, of these; 0 while it is not. */
    private long askedOf;
    private long askedOfSaid;

    Lane(String hub) {
      this.hub = hub;
    }

    void add(Delivery delivery, int sockets) {
      if (waiting.isEmpty() && !isFull()) {
        hand(delivery, sockets);
      } else {
        waiting.computeIfAbsent(delivery.roomId(), room -> new ArrayDeque<>()).add(new Waiting(delivery, sockets));
        metrics.waiting(1);
      }
    }

    boolean isFull() {
      return handed >= PIECE_BYTES && said >= SOCKET_BYTES;
    }

    private void hand(Delivery delivery, int sockets) {
      int bytes = delivery.json() == null ? 0 : delivery.json().length;
      gathered.add(delivery);
      handed += (long) bytes * sockets;
      said += bytes;
    }

    private void hand(Waiting next) {
      hand(next.delivery, next.sockets);
      metrics.waiting(-1);
    }

    /** It is asked when it has half of what it may have, so that its answer mostly comes before it has all of it. */
    boolean isToBeAsked() {
      return askedOf == 0 && handed >= PIECE_BYTES / 2 && said >= SOCKET_BYTES / 2;
    }

    void asked() {
      askedOf = handed;
      askedOfSaid = said;
    }

    /** The hub has written what it was handed before it was asked. */
    void caughtUp() {
      handed -= askedOf;
      said -= askedOfSaid;
      askedOf = 0;
    }

    /** Moves on to the next room with each. */
    void gather() {
      while (!isFull() && !waiting.isEmpty()) {
        Iterator<Map.Entry<Long, Deque<Waiting>>> rooms = waiting.entrySet().iterator();
        Map.Entry<Long, Deque<Waiting>> first = rooms.next();
        Waiting next = first.getValue().remove();
        rooms.remove();
        if (!first.getValue().isEmpty()) {
          waiting.put(first.getKey(), first.getValue());
        }
        hand(next);
      }
    }

    /** Takes all of a room out of turn. */
    void gather(long room) {
      Deque<Waiting> all = waiting.remove(room);
      if (all != null) {
        all.forEach(this::hand);
      }
    }
  }

  private record Waiting(Delivery delivery, int sockets) { }

  Deliverer(Bus bus, Context context, RoomMetrics metrics) {
    this.bus = bus;
    this.context = context;
    this.metrics = metrics;
  }

  void deliver(LiveRoom room, Delivery delivery) {
    room.sockets.hubs().forEach((hub, sockets) -> lanes.computeIfAbsent(hub, Lane::new).add(delivery, sockets));
    if (!scheduled) {
      scheduled = true;
      context.runOnContext(turn -> {
        scheduled = false;
        lanes.values().forEach(this::send);
      });
    }
  }

  /** Something that is not stored. */
  void deliver(LiveRoom room, byte[] json) {
    deliver(room, new Delivery(room.id, 0, null, json, null, null));
  }

  /** Hands over all that the room has released. */
  void flush(LiveRoom room) {
    for (Lane lane : lanes.values()) {
      lane.gather(room.id);
      send(lane);
    }
  }

  private void send(Lane lane) {
    if (!lane.gathered.isEmpty()) {
      bus.tell(RoomApi.hub(lane.hub), new Deliveries(lane.gathered));
      lane.gathered = new ArrayList<>();
    }
    if (lane.isToBeAsked()) {
      lane.asked();
      bus.ask(RoomApi.caughtUp(lane.hub), Caught.UP).onComplete(written -> {
        lane.caughtUp();
        lane.gather();
        send(lane);
        if (lane.handed == 0) {
          // A hub that is gone, too, is handed what there was for it, which nobody hears.
          lanes.remove(lane.hub, lane);
        }
      });
    }
  }
}
