package io.fastroom.websocket;

import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.RoomDeleted;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.room.RoomApi.Deliveries;
import io.fastroom.room.RoomApi.Delivery;
import io.fastroom.room.RoomApi.StartOver;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Passes on what RoomVerticle delivers to the sockets of one event loop, and takes users out of the room who may not
 * see it any more (banned, removed, room deleted). It keeps no order of its own: deliveries come in order and without
 * gaps.
 *
 * <p>Thread: its event loop; everything below belongs to it.
 */
final class Hub {
  private final String id;
  private final FlushBatch batch;
  private final CatchUp catchUp;
  private final SocketMetrics metrics;
  private final LongObjectMap<HubRoom> rooms = new LongObjectHashMap<>();
  private final Map<String, Session> sessions = new HashMap<>();

  Hub(String id, FlushBatch batch, CatchUp catchUp, SocketMetrics metrics) {
    this.id = id;
    this.batch = batch;
    this.catchUp = catchUp;
    this.metrics = metrics;
  }

  String id() {
    return id;
  }

  void add(Session session) {
    sessions.put(session.connId(), session);
  }

  void remove(Session session) {
    sessions.remove(session.connId());
  }

  /** A copy: closing a session removes it. */
  List<Session> sessions() {
    return List.copyOf(sessions.values());
  }

  /** Subscribes a session at {@code seq}; what the room releases from now on comes after it. */
  Subscription subscription(Session session, long roomId, String name, long seq) {
    assert batch.isMine();
    HubRoom room = rooms.get(roomId);
    if (room == null) {
      room = new HubRoom(roomId, name, seq, batch, metrics);
      rooms.put(roomId, room);
    }
    return room.add(session, seq);
  }

  void unsubscribe(Subscription subscription) {
    assert batch.isMine();
    if (subscription.isGone()) {
      return;
    }
    subscription.room.remove(subscription);
    if (subscription.room.isEmpty()) {
      rooms.remove(subscription.room.id);
    }
  }

  void deliver(Deliveries deliveries) {
    assert batch.isMine();
    for (Delivery delivery : deliveries.deliveries()) {
      HubRoom room = rooms.get(delivery.roomId());
      if (room != null && room.append(delivery, author(room, delivery))) {
        apply(room, delivery);
        // Events that were read from the log ahead of their delivery have now been delivered.
        List.copyOf(room.behind()).forEach(catchUp::advance);
        room.tellWaiters();
      }
    }
  }

  /** The room's log has become another one: what its sockets know of it is no longer valid. */
  void startOver(StartOver told) {
    assert batch.isMine();
    HubRoom room = rooms.get(told.roomId());
    if (room == null) {
      return;
    }
    String from = room.name();
    room.startOver(told.seq(), told.room());
    for (Subscription subscription : List.copyOf(room.subscriptions())) {
      Problem out = told.out().get(subscription.session.userId());
      if (subscription.isFenced()) {
        subscription.putOut.run();
      } else if (out != null) {
        putOut(subscription, null, ErrorFrame.of(out, null, from));
      } else {
        subscription.muted = told.muted().contains(subscription.session.userId());
        catchUp.startOver(subscription, told, from);
      }
    }
  }

  private Subscription author(HubRoom room, Delivery delivery) {
    Session session = delivery.ref() == null ? null : sessions.get(delivery.connId());
    return session == null ? null : session.subscription(room.id);
  }

  private void apply(HubRoom room, Delivery delivery) {
    if (delivery.event() instanceof MemberUpdate update) {
      changed(room, update);
    } else if (delivery.event() instanceof RoomUpdated update) {
      room.rename(update.name());
    } else if (delivery.event() instanceof RoomDeleted) {
      List.copyOf(room.subscriptions()).forEach(subscription -> putOut(subscription, delivery.json(), null));
    }
  }

  private void changed(HubRoom room, MemberUpdate update) {
    List<Subscription> subscriptions = room.subscriptions();
    // From the end: a removed subscription is replaced by one that has been handled already.
    for (int i = subscriptions.size() - 1; i >= 0; i--) {
      Subscription subscription = subscriptions.get(i);
      if (subscription.session.userId() != update.member().userId() || subscription.isFenced()) {
        continue;
      }
      subscription.muted = update.member().isMuted();
      if (update.revokes()) {
        ErrorFrame error = update.member().isBanned() ? ErrorFrame.of(Problem.BANNED, null, room.name()) : null;
        fence(subscription, update.seq(), () -> putOut(subscription, null, error));
      }
    }
  }

  /**
   * The subscription gets the log up to the event that removes it, and nothing of the room that comes later; one that
   * is behind still reads what it is missing.
   */
  private void fence(Subscription subscription, long seq, Runnable putOut) {
    subscription.room.flush();
    if (subscription.behind) {
      subscription.fence = seq;
      subscription.putOut = putOut;
    } else {
      putOut.run();
    }
  }

  /**
   * @param last the room's last frame, null when the subscription already has it
   * @param error sent after it, null for nothing
   */
  private void putOut(Subscription subscription, byte[] last, ErrorFrame error) {
    subscription.room.flush();
    Outbox outbox = subscription.outbox;
    if (last != null && subscription.behind) {
      outbox.send(last);
    }
    if (error != null) {
      outbox.send(error);
    }
    subscription.session.forget(subscription);
    unsubscribe(subscription);
  }
}
