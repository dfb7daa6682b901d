package io.fastroom.websocket;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.internals.UpgradedSocket;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomNames;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Leave;
import io.fastroom.settings.Settings;
import io.fastroom.websocket.ServerFrame.Banner;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket of a signed-in user: who it is, where it sits and how it ends. What frames do stands in
 * {@link FrameHandlers}, when it is read from in {@link InFlightGate}.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");
  /** How long a peer has to answer a close frame. */
  private static final long CLOSING_MILLIS = 10_000;
  /** A revoked one has less: no frame may reach it a second later. */
  private static final long REVOKED_MILLIS = 800;

  private final SessionContext context;
  private final FrameHandlers handlers;
  private final String connId;
  private final SocketHandler wire;
  private final InFlightGate gate;
  private final Outbox outbox;
  private final Rates rates;
  private final IdleSocketCheck idleCheck;

  // State: belongs to the event loop of the hub.
  private Principal principal;
  private final List<Subscription> subscriptions = new ArrayList<>(2);
  /** The code it is being closed with, 0 while it is open. */
  private int closing;
  private long abortAt;

  private Session(SessionContext context, ServerWebSocket socket, Principal principal, FrameHandlers handlers) {
    this.context = context;
    this.principal = principal;
    this.handlers = handlers;
    this.connId = ConnId.next();
    this.wire = new SocketHandler(this, context.loop());
    this.gate = new InFlightGate(wire);
    this.outbox = new Outbox(wire.takeOver(socket), context.batch(), context.metrics(), this::overloaded);
    this.rates = new Rates(context.settings().webSocket());
    this.idleCheck = new IdleSocketCheck(context.settings().webSocket().heartbeatInterval());
  }

  /** Takes over and greets, unless it is closed already. To be called in the iteration of the loop of its handshake. */
  static void open(SessionContext context, ServerWebSocket socket, Principal principal, FrameHandlers handlers) {
    if (!UpgradedSocket.isOpen(socket)) {
      context.node().release(principal.userId());
      return;
    }
    Session session = new Session(context, socket, principal, handlers);
    context.hub().add(session);
    context.metrics().opened();
    LOG.info("{} connected as {}", session.connId, principal.username());
    session.send(new Banner("connected as " + principal.username(),
        context.settings().webSocket().heartbeatInterval().toSeconds(), "heartbeat", context.settings().node().serverId(),
        session.connId));
  }

  String connId() {
    return connId;
  }

  Principal principal() {
    return principal;
  }

  long userId() {
    return principal.userId();
  }

  InFlightGate gate() {
    return gate;
  }

  Outbox outbox() {
    return outbox;
  }

  boolean isClosing() {
    return closing != 0;
  }

  /** The same user's new token. */
  void renew(Principal renewed) {
    principal = renewed;
  }

  /** The subscription in the room of that name, or null; not one that was put out. */
  Subscription subscription(String room) {
    Subscription found = named(room);
    String normal = found == null ? RoomNames.normal(room) : room;
    return normal.equals(room) ? found : named(normal);
  }

  private Subscription named(String room) {
    for (Subscription subscription : subscriptions) {
      if (!subscription.isFenced() && subscription.room.name().equals(room)) {
        return subscription;
      }
    }
    return null;
  }

  /** The subscription in the room, or null. */
  Subscription subscription(long roomId) {
    for (Subscription subscription : subscriptions) {
      if (subscription.room.id == roomId) {
        return subscription;
      }
    }
    return null;
  }

  int rooms() {
    return subscriptions.size();
  }

  void remember(Subscription subscription) {
    subscriptions.add(subscription);
  }

  void forget(Subscription subscription) {
    subscriptions.remove(subscription);
  }

  /** Tells that the socket is not in the room any more. */
  Future<Void> exit(long roomId) {
    return context.bus().ask(RoomApi.LEAVE, new Leave(roomId, connId));
  }

  private void leaveAll() {
    for (Subscription subscription : subscriptions) {
      context.hub().unsubscribe(subscription);
      exit(subscription.room.id);
    }
    subscriptions.clear();
  }

  void send(ServerFrame frame) {
    send(FrameCodec.encode(frame));
  }

  /** @param json never changed after */
  void send(byte[] json) {
    if (closing == 0) {
      outbox.send(json);
      gate.wrote(outbox);
    }
  }

  void refuse(Throwable failure, String ref, String room) {
    send(ErrorFrame.of(Refused.of(failure), ref, room));
  }

  void received(String text) {
    handlers.handle(this, rates, text);
  }

  /** A flood of pings is a flood all the same. */
  void pinged(ByteBuf payload) {
    if (rates.message() == 0) {
      outbox.pong(payload);
      gate.wrote(outbox);
    } else if (rates.isAbused()) {
      close(CloseCode.ABUSE);
    }
  }

  /** What is no message of its own, a pong or a part of one, costs as much: a flood of them is a flood all the same. */
  void counted() {
    if (rates.message() > 0 && rates.isAbused()) {
      close(CloseCode.ABUSE);
    }
  }

  void heard() {
    idleCheck.heard();
  }

  /** The channel takes more. */
  void drained() {
    if (closing == 0) {
      gate.drained(outbox);
      // From the end: a subscription that has got all it may get is gone after it.
      for (int i = subscriptions.size() - 1; i >= 0; i--) {
        context.catchUp().advance(subscriptions.get(i));
      }
    }
  }

  /** Looks after the socket; called every second. */
  void tick() {
    if (closing != 0) {
      if (IdleSocketCheck.now() >= abortAt) {
        outbox.abort();
      }
    } else if (!Liveness.isLive(this, context)) {
      unauthorized();
    } else {
      drained();
      outbox.drained();
      checkPeer();
    }
  }

  private void checkPeer() {
    Settings.WebSocket limits = context.settings().webSocket();
    if (wire.isUnfinishedFor(limits.heartbeatTtl().toMillis())) {
      close(CloseCode.ABUSE);
      return;
    }
    switch (idleCheck.check(outbox, limits.heartbeatInterval(), limits.heartbeatTtl(), context.stall())) {
      case PING_DUE -> outbox.ping();
      case STALLED -> close(CloseCode.STOPPED_READING);
      case VANISHED -> {
        leaveAll();
        outbox.abort();
      }
      case FINE -> { }
    }
  }

  /** The token is dead: says so and closes, hard when the peer does not take it. */
  void unauthorized() {
    if (closing == 0) {
      leaveAll();
      outbox.send(ErrorFrame.of(Problem.UNAUTHORIZED, null, null));
      close(CloseCode.UNAUTHORIZED);
      context.loop().setTimer(REVOKED_MILLIS, outbox::abort);
    }
  }

  /** The node has queued too much, and a good part of it for this socket: the client resumes when it reads again. */
  private void overloaded() {
    if (closing == 0) {
      context.metrics().overloaded();
      close(CloseCode.OVERLOADED);
    }
    outbox.drop();
  }

  void close(CloseCode why) {
    close(why, false);
  }

  /** A broken frame: nothing its sender says is understood any more. */
  void violation(CloseCode why) {
    close(why, true);
  }

  private void close(CloseCode why, boolean deaf) {
    if (closing == 0) {
      ending(why.code());
      wire.close(why, deaf);
    }
  }

  void closedByPeer(int code) {
    ending(code < 0 ? CloseCode.NO_CODE : code);
  }

  /** Out of every room; reads on only to see the peer close. */
  private void ending(int code) {
    leaveAll();
    closing = code;
    abortAt = IdleSocketCheck.now() + CLOSING_MILLIS;
    outbox.shut();
    gate.open();
  }

  /** The channel is gone. */
  void closed() {
    leaveAll();
    outbox.gone();
    context.hub().remove(this);
    context.node().release(principal.userId());
    if (closing == 0) {
      closing = CloseCode.VANISHED;
    }
    context.metrics().closed(closing);
    LOG.info("{} closed with {}", connId, closing);
  }
}
