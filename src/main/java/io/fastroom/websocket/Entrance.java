package io.fastroom.websocket;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomNames;
import io.fastroom.model.Scope;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Join;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.fastroom.websocket.ServerFrame.Joined;
import io.fastroom.websocket.ServerFrame.PresenceState;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a session comes into a room. Thread: the event loop of its hub; it keeps no state. */
final class Entrance {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");

  private final SessionContext context;

  Entrance(SessionContext context) {
    this.context = context;
  }

  void join(Session session, ClientFrame.Join frame) {
    int max = context.settings().webSocket().maxRooms();
    if (max > 0 && session.subscriptions().size() >= max && session.subscriptions().find(frame.room()) == null) {
      session.send(ErrorFrame.of(Problem.TOO_MANY_ROOMS, frame.ref(), frame.room()));
      return;
    }
    Subscription again = session.subscriptions().find(frame.room());
    Future<Void> ready = again == null ? Future.succeededFuture() : heardItself(session, again);
    session.gate().alone(ready.compose(heard ->
        context.loop().traced("join", session.traceparent(), () -> ask(session, frame)))
        .compose(room -> enter(session, room)), answer -> {
      if (answer.failed()) {
        session.refuse(answer.cause(), frame.ref(), frame.room());
      } else if (session.isClosing()) {
        session.exit(answer.result().room().roomId());
      } else {
        entered(session, frame.ref(), answer.result());
      }
    });
  }

  /**
   * By the exact name, since rooms of version 0.1 may have names in another form; if there is none, by its normal form.
   */
  private Future<RoomApi.Joined> ask(Session session, ClientFrame.Join frame) {
    String normal = RoomNames.normal(frame.room());
    return ask(session, frame, frame.room()).recover(failure ->
        Refused.of(failure).problem() == Problem.ROOM_NOT_FOUND && !normal.equals(frame.room())
            ? ask(session, frame, normal) : Future.failedFuture(failure));
  }

  private Future<RoomApi.Joined> ask(Session session, ClientFrame.Join frame, String room) {
    Principal who = session.principal();
    Position since = frame.since() < 0 ? null : new Position(frame.since(), frame.sinceTs());
    // Joining is writing: who may only read is no member by it, and is not there.
    boolean reads = who.refuses(Scope.WRITE) != null;
    return context.arrivals().join(() -> session.isClosing() ? Future.failedFuture(new Refused(Problem.UNAVAILABLE))
        : context.bus().ask(RoomApi.JOIN, new Join(context.hub().id(), session.connId(), who.userId(), who.username(), room,
            since, reads, frame.ifMember() && !reads)));
  }

  /**
   * A socket that is in a room but has not been told yet.
   *
   * @param subscription null when the socket is closing
   * @param mine the emojis with which its user reacts, by message of the history
   */
  private record Entry(RoomApi.Joined room, Subscription subscription, Map<Long, Set<String>> mine) { }

  /** Lets a session into a room that has not asked by a frame. */
  Future<Void> begin(Session session, RoomApi.Joined joined) {
    return enter(session, joined).map(entry -> {
      if (!session.isClosing()) {
        entered(session, null, entry);
      }
      return null;
    });
  }

  /** To be called before anything else of the room is handled. Nothing of it is sent before its history. */
  private Future<Entry> enter(Session session, RoomApi.Joined room) {
    if (session.isClosing()) {
      return Future.succeededFuture(new Entry(room, null, Map.of()));
    }
    Subscription before = session.subscriptions().find(room.roomId());
    if (before != null) {
      session.subscriptions().remove(before);
      context.hub().unsubscribe(before);
    }
    Subscription subscription = context.hub().subscription(session, room.roomId(), room.room(), room.seq());
    subscription.muted = room.member() != null && room.member().isMuted();
    subscription.guest = room.isGuest();
    subscription.reading = true;
    session.subscriptions().add(subscription);
    return context.catchUp().mine(subscription, room.history())
        .compose(mine -> context.batch().turn().map(mine)).map(mine -> {
      boolean isSame = !subscription.isGone() && subscription.startOver == null
          && subscription.room.name().equals(room.room());
      if (!isSame && !session.isClosing()) {
        throw new Refused(Problem.UNAVAILABLE, "The room has changed, join again");
      }
      return new Entry(room, subscription, mine);
    }).onFailure(failure -> {
      session.subscriptions().remove(subscription);
      context.hub().unsubscribe(subscription);
      session.exit(room.roomId());
    });
  }

  private void entered(Session session, String ref, Entry entry) {
    RoomApi.Joined room = entry.room();
    Subscription subscription = entry.subscription();
    subscription.reading = false;
    LOG.info("{} joined room {}", session.connId(), room.roomId());
    session.send(new Joined(ref, room.room(), room.roomId(), room.last().seq(), room.last().ts()));
    if (subscription.isPresent()) {
      session.send(new PresenceState(room.room(), room.present()));
    }
    if (Boolean.TRUE.equals(room.resumed())) {
      context.catchUp().resume(subscription, room, entry.mine());
    } else {
      CatchUp.snapshot(session.outbox(), room.room(), room.history(), room.resumed(), room.last(), entry.mine());
      session.gate().wrote(session.outbox());
      context.catchUp().advance(subscription);
    }
  }

  /** A socket gets back its own chats in the room before its subscription ends. */
  static Future<Void> heardItself(Session session, Subscription subscription) {
    return session.gate().settled().compose(settled -> subscription.room.awaits(subscription, subscription.said));
  }
}
