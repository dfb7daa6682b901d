package io.fastroom.websocket;

import io.fastroom.Settings;
import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Exit;
import io.fastroom.websocket.ServerFrame.Banner;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.internal.http.WebSocketInternal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket of a signed-in user: who it is, where it sits and how it ends. What frames do stands in
 * {@link FrameHandlers}, when it is read from in {@link Gate}.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");
  /** How long a peer has to answer a close frame. */
  private static final long CLOSING_MILLIS = 10_000;
  /** A revoked one has less: no frame may reach it a second later. */
  private static final long REVOKED_MILLIS = 800;
  /** What stands for the code when a close frame had none, and when there was no close frame. */
  private static final int NO_CODE = 1005;
  private static final int VANISHED = 1006;

  private final Desk desk;
  private final FrameHandlers handlers;
  private final String connId;
  private final Wire wire;
  private final Gate gate;
  private final Outbox outbox;
  private final Rates rates;
  private final Pulse pulse;

  // State: belongs to the event loop of the hub.
  private Principal principal;
  private final List<Seat> seats = new ArrayList<>(2);
  /** The code it is being closed with, 0 while it is open. */
  private int closing;
  private long abortAt;

  private Session(Desk desk, WebSocketInternal socket, Principal principal, FrameHandlers handlers) {
    this.desk = desk;
    this.principal = principal;
    this.handlers = handlers;
    this.connId = ConnId.next();
    this.wire = new Wire(this, desk.context());
    this.gate = new Gate(wire);
    this.outbox = new Outbox(wire.takeOver(socket), desk.turn(), desk.metrics());
    this.rates = new Rates(desk.settings().webSocket());
    this.pulse = new Pulse(desk.settings().webSocket().heartbeatInterval());
  }

  /** Takes the socket over and greets. To be called in the turn of its handshake. */
  static void open(Desk desk, WebSocketInternal socket, Principal principal, FrameHandlers handlers) {
    Session session = new Session(desk, socket, principal, handlers);
    desk.hub().add(session);
    desk.metrics().opened();
    LOG.info("{} connected as {}", session.connId, principal.username());
    session.send(new Banner("connected as " + principal.username(),
        desk.settings().webSocket().heartbeatInterval().toSeconds(), "heartbeat", desk.settings().serverId(),
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

  Gate gate() {
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

  /** The seat in the room of that name, or null; not one that was put out. */
  Seat seat(String room) {
    for (Seat seat : seats) {
      if (!seat.isFenced() && seat.room.name().equals(room)) {
        return seat;
      }
    }
    return null;
  }

  /** The seat in the room, or null. */
  Seat seat(long roomId) {
    for (Seat seat : seats) {
      if (seat.room.id == roomId) {
        return seat;
      }
    }
    return null;
  }

  int rooms() {
    return seats.size();
  }

  void remember(Seat seat) {
    seats.add(seat);
  }

  void forget(Seat seat) {
    seats.remove(seat);
  }

  /** Tells that the socket is not in the room any more. */
  Future<Void> exit(long roomId) {
    return desk.bus().ask(RoomApi.EXIT, new Exit(roomId, connId));
  }

  private void leaveAll() {
    for (Seat seat : seats) {
      desk.hub().unseat(seat);
      exit(seat.room.id);
    }
    seats.clear();
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
      close(Goodbye.ABUSE);
    }
  }

  void heard() {
    pulse.heard();
  }

  /** The channel takes more. */
  void drained() {
    if (closing == 0) {
      gate.drained(outbox);
      // From the end: a seat that has got all it may get is gone after it.
      for (int i = seats.size() - 1; i >= 0; i--) {
        desk.catchUp().advance(seats.get(i));
      }
    }
  }

  /** Looks after the socket; called every second. */
  void tick() {
    if (closing != 0) {
      if (Pulse.now() >= abortAt) {
        outbox.abort();
      }
    } else if (!principal.expiresAt().isAfter(Instant.now()) || !desk.revocations().allows(principal)) {
      unauthorized();
    } else {
      drained();
      feel();
    }
  }

  private void feel() {
    Settings.WebSocket limits = desk.settings().webSocket();
    switch (pulse.check(outbox, limits.heartbeatInterval(), limits.heartbeatTtl(), desk.stall())) {
      case PING_DUE -> outbox.ping();
      case STALLED -> close(Goodbye.STOPPED_READING);
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
      close(Goodbye.UNAUTHORIZED);
      desk.context().setTimer(REVOKED_MILLIS, id -> outbox.abort());
    }
  }

  void close(Goodbye why) {
    close(why, false);
  }

  /** A broken frame: nothing its sender says is understood any more. */
  void violation(Goodbye why) {
    close(why, true);
  }

  private void close(Goodbye why, boolean deaf) {
    if (closing == 0) {
      ending(why.code());
      wire.close(why, deaf);
    }
  }

  void closedByPeer(int code) {
    ending(code < 0 ? NO_CODE : code);
  }

  /** Out of every room; reads on only to see the peer close. */
  private void ending(int code) {
    leaveAll();
    closing = code;
    abortAt = Pulse.now() + CLOSING_MILLIS;
    outbox.shut();
    gate.open();
  }

  /** The channel is gone. */
  void closed() {
    leaveAll();
    outbox.shut();
    desk.hub().remove(this);
    desk.node().release(principal.userId());
    if (closing == 0) {
      closing = VANISHED;
    }
    desk.metrics().closed(closing);
    LOG.info("{} closed with {}", connId, closing);
  }
}
