package io.fastroom.websocket;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Leave;
import io.fastroom.websocket.ServerFrame.Banner;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import java.util.function.Function;
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
  private final Wire wire;
  private final InFlightGate gate;
  private final Outbox outbox;
  private final Rates rates;
  private final Visit visit;

  // State: belongs to the event loop of the hub.
  private Principal principal;
  private final Subscriptions subscriptions = new Subscriptions();
  /** The code it is being closed with, 0 while it is open. */
  private int closing;
  private long abortAt;
  private boolean gone;
  private String traceparent;

  private Session(SessionContext context, String connId, Principal principal, String address, FrameHandlers handlers,
                  Function<Session, Wire> wire) {
    this.context = context;
    this.principal = principal;
    this.handlers = handlers;
    this.connId = connId;
    this.wire = wire.apply(this);
    this.gate = new InFlightGate(this.wire);
    this.outbox = new Outbox(this.wire.pipe(), this.wire.framing(), context.batch(), context.metrics(), this);
    this.rates = new Rates(context.settings().webSocket(),
        kind -> context.metrics().limited(kind, this.principal.username(), address, connId));
    this.visit = new Visit(context, this);
  }

  /**
   * Takes over a connection that is open.
   *
   * @param address whom its limits are told of
   * @param wire makes it the session's, whose outbox does not exist yet
   */
  static Session open(SessionContext context, String connId, Principal principal, String address, FrameHandlers handlers,
                      Function<Session, Wire> wire) {
    Session session = new Session(context, connId, principal, address, handlers, wire);
    context.hub().add(session);
    session.visit.renewed();
    context.metrics().opened(session.isStream());
    LOG.info("{} connected as {}", connId, principal.username());
    return session;
  }

  /** @param trace that its frames continue, by its traceparent; null for none */
  void greet(String trace) {
    traceparent = trace;
    send(new Banner("connected as " + principal.username(), context.interval(isStream()).toSeconds(), "heartbeat",
        context.settings().node().serverId(), connId));
  }

  /** Whether it is a stream of the events of one room, with which it ends. */
  boolean isStream() {
    return wire.framing() == Framing.EVENT_STREAM;
  }

  String traceparent() {
    return traceparent;
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

  Wire wire() {
    return wire;
  }

  Visit visit() {
    return visit;
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
    visit.renewed();
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  /** Its user may not see the room any more. */
  void putOut(Subscription subscription) {
    subscriptions.remove(subscription);
    if (isStream()) {
      close(CloseCode.GOING_AWAY);
    }
  }

  /** Tells that the socket is not in the room any more. */
  Future<Void> exit(long roomId) {
    return context.bus().ask(RoomApi.LEAVE, new Leave(roomId, connId));
  }

  private void leaveAll() {
    subscriptions.each(subscription -> {
      context.hub().unsubscribe(subscription);
      exit(subscription.room.id);
    });
    subscriptions.clear();
  }

  void send(ServerFrame frame) {
    send(FrameCodec.encode(context.metrics().out(frame)), frame.at());
  }

  /**
   * @param json never changed after
   * @param at where in a room's log its reader is after it; null when it does not move
   */
  void send(byte[] json, Position at) {
    if (closing == 0) {
      outbox.send(json, at);
      gate.wrote(outbox);
    }
  }

  void refuse(Throwable failure, String ref, String room) {
    rates.refused(Refused.of(failure).problem());
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
    visit.heard();
  }

  /** The channel takes more. */
  void drained() {
    if (closing == 0) {
      gate.drained(outbox);
      // One that has got all it may get is gone after it.
      subscriptions.each(context.catchUp()::advance);
    }
  }

  /** Its close frame may not be waited for any longer. @param now by {@link IdleSocketCheck#now} */
  void abortIfDue(long now) {
    if (now >= abortAt) {
      outbox.abort();
    }
  }

  /** The peer is not there any more. */
  void vanished() {
    leaveAll();
    outbox.abort();
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
  void overloaded() {
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

  /** The peer's close frame waits for its turn. */
  void parting() {
    gate.parting(outbox);
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
    visit.soon();
  }

  /** The channel is gone. */
  void closed() {
    if (gone) {
      return;
    }
    gone = true;
    leaveAll();
    outbox.gone();
    visit.end();
    context.hub().remove(this);
    context.node().release(principal.userId());
    if (closing == 0) {
      closing = CloseCode.VANISHED;
    }
    context.metrics().closed(closing, isStream());
    LOG.info("{} closed with {}", connId, closing);
  }
}
