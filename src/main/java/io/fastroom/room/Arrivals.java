package io.fastroom.room;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.Publish;
import io.fastroom.bridge.BridgeApi.PublishAll;
import io.fastroom.bus.Bus;
import io.fastroom.model.Committed;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.ChatApi.CommittedAll;
import io.fastroom.wire.EphemeralJson;
import io.fastroom.wire.EventJson;
import io.fastroom.wire.Received;
import java.util.ArrayList;
import java.util.List;

/**
 * What arrives for rooms: what this node has committed, and what other nodes and programs have sent through Redis. It
 * goes to the live room, which brings it into order, or to those who heal and compare when it does not fit.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class Arrivals {
  private final Bus bus;
  private final Rooms rooms;
  private final Healer healer;
  private final LogComparison comparison;
  private final PresenceTracker presences;
  private final Deliverer deliverer;
  private final RoomMemory memory;

  Arrivals(Bus bus, Rooms rooms, Healer healer, LogComparison comparison, PresenceTracker presences,
           Deliverer deliverer, RoomMemory memory) {
    this.bus = bus;
    this.rooms = rooms;
    this.healer = healer;
    this.comparison = comparison;
    this.presences = presences;
    this.deliverer = deliverer;
    this.memory = memory;
  }

  /** What this node committed is published to the other nodes at once, and goes to its own rooms in order. */
  void committed(CommittedAll all) {
    List<Publish> out = new ArrayList<>(all.events().size());
    for (Committed committed : all.events()) {
      RoomEvent event = committed.event();
      byte[] json = EventJson.encode(event);
      out.add(new Publish(event.room(), event.roomId(), event.seq(), json));
      LiveRoom room = rooms.byId(event.roomId());
      if (room != null) {
        own(room, committed, json);
      }
    }
    bus.tell(BridgeApi.PUBLISH, new PublishAll(out));
  }

  private void own(LiveRoom room, Committed committed, byte[] json) {
    if (room.divergence != null) {
      room.divergence.hold(committed);
    } else if (offer(room, committed, json) == Offer.SUSPECT) {
      room.suspects.add(committed);
      comparison.compare(room).onComplete(compared -> room.suspects.remove(committed));
    }
  }

  private Offer offer(LiveRoom room, Committed committed, byte[] json) {
    Offer offer = room.offer(committed, json);
    touch(room);
    if (room.hasGap()) {
      healer.expect(room, committed.event().seq());
    }
    return offer;
  }

  /** It may be gone by what it has just released. */
  private void touch(LiveRoom room) {
    if (rooms.byId(room.id) == room) {
      memory.used(room);
    }
  }

  void received(Received message) {
    LiveRoom room = message.roomId() > 0 ? rooms.byId(message.roomId()) : rooms.byName(message.room());
    if (room == null) {
      rooms.missed(message);
      return;
    }
    switch (message.origin()) {
      case NODE -> ofNode(room, message);
      case PRESENCE -> presences.heard(room, EphemeralJson.presenceDiff(message.json()), message.seq());
      case FOREIGN -> {
        if (message.seq() > 0) {
          healer.hint(room);
        } else {
          deliverer.deliver(room, message.json());
        }
      }
    }
  }

  private void ofNode(LiveRoom room, Received message) {
    if (message.seq() == 0) {
      deliverer.deliver(room, message.json());
      return;
    }
    RoomEvent event = EventJson.decode(room.id, message.json());
    if (event == null || event.seq() != message.seq()) {
      healer.hint(room);
    } else if (room.divergence == null
        && offer(room, new Committed(event, null, null), message.json()) == Offer.SUSPECT) {
      comparison.compare(room);
    }
  }
}
