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
import io.vertx.core.Future;
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
  private final RoomLists lists;
  private final Wheel<Visit> visits = new Wheel<>(IdleSocketCheck.now());
  private final Expulsion expulsion;

  Hub(String id, FlushBatch batch, CatchUp catchUp, RoomLists lists, SocketMetrics metrics) {
    this.id = id;
    this.batch = batch;
    this.catchUp = catchUp;
    this.expulsion = new Expulsion(this, catchUp);
    this.lists = lists;
    this.metrics = metrics;
  }

  String id() {
    return id;
  }

  RoomLists lists() {
    return lists;
  }

  Wheel<Visit> visits() {
    return visits;
  }

  void add(Session session) {
    sessions.put(session.connId(), session);
    lists.add(session);
  }

  void remove(Session session) {
    sessions.remove(session.connId());
    lists.remove(session);
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
    return room.add(session, name, seq);
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

  /** Completes when all that was delivered of the room has been written. */
  Future<Void> written(long roomId) {
    HubRoom room = rooms.get(roomId);
    return room == null ? Future.succeededFuture() : room.written();
  }

  /** The room's log has become another one: what its sockets know of it is no longer valid. */
  void startOver(StartOver told) {
    assert batch.isMine();
    HubRoom room = rooms.get(told.roomId());
    if (room == null) {
      return;
    }
    room.startOver(told.seq(), told.room());
    for (Subscription subscription : List.copyOf(room.subscriptions())) {
      Problem out = told.out().get(subscription.session.userId());
      // Of a guest who is fenced it was not known whether they may stay: now it is.
      if (subscription.isFenced() && !subscription.guest) {
        subscription.putOut.run();
      } else if (out != null) {
        expulsion.putOut(subscription, null, ErrorFrame.of(out, null, subscription.knownAs));
      } else {
        subscription.free();
        subscription.muted = told.muted().contains(subscription.session.userId());
        catchUp.startOver(subscription, told);
      }
    }
  }

  private Subscription author(HubRoom room, Delivery delivery) {
    Session session = delivery.ref() == null ? null : sessions.get(delivery.connId());
    return session == null ? null : session.subscriptions().find(room.id);
  }

  private void apply(HubRoom room, Delivery delivery) {
    if (delivery.event() instanceof MemberUpdate update) {
      expulsion.changed(room, update);
    } else if (delivery.event() instanceof RoomUpdated update) {
      room.rename(update.name());
      if (update.isPrivate()) {
        expulsion.madePrivate(room, update.seq());
      }
    } else if (delivery.event() instanceof RoomDeleted) {
      List.copyOf(room.subscriptions()).forEach(subscription -> expulsion.putOut(subscription, delivery.json(), null));
    }
  }
}
