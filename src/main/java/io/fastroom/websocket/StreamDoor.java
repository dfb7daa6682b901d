package io.fastroom.websocket;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.internals.TakenConnection;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.net.ClientAddress;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Join;
import io.fastroom.room.RoomApi.Joined;
import io.fastroom.room.RoomApi.Leave;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Opens streams of the events of one room: a session that joins it without a presence, and ends with it.
 *
 * <p>Thread: the event loop of its hub.
 */
final class StreamDoor {
  /** When clients come back after the end: spread, so that they do not all do so at once. */
  private static final int RETRY_LEAST_MILLIS = 1_000;
  private static final int RETRY_MOST_MILLIS = 3_000;
  /** A stream's client says nothing, so its machine has to: the time for which what it was sent is unacknowledged. */
  private static final int SILENCE_MILLIS = 45_000;

  private final SessionContext context;
  private final FrameHandlers handlers;
  private final ClientAddress addresses;
  private final BooleanSupplier shut;

  StreamDoor(SessionContext context, FrameHandlers handlers, ClientAddress addresses, BooleanSupplier shut) {
    this.context = context;
    this.handlers = handlers;
    this.addresses = addresses;
    this.shut = shut;
  }

  /**
   * Answers a request with a stream. Fails with Refused: UNAVAILABLE, TOO_MANY_SOCKETS, ROOM_NOT_FOUND (also under that
   * name), BANNED.
   *
   * @param since null to begin with the last messages
   */
  Future<Void> open(HttpServerRequest request, Principal who, Room room, Position since) {
    if (shut.getAsBoolean()) {
      return Future.failedFuture(new Refused(Problem.UNAVAILABLE, "The node stops", 1_000));
    }
    if (!context.node().admit(who.userId(), context.settings().webSocket().maxSocketsPerUser())) {
      context.metrics().limited("sockets", who.username(), addresses.of(request), "stream");
      return Future.failedFuture(new Refused(Problem.TOO_MANY_SOCKETS));
    }
    String connId = ConnId.next();
    Join wish = new Join(context.hub().id(), connId, who.userId(), who.username(), room.name(), since, true, false);
    return context.bus().ask(RoomApi.JOIN, wish)
        .map(joined -> {
          begin(request, who, room, connId, joined);
          return (Void) null;
        })
        .onFailure(refused -> context.node().release(who.userId()));
  }

  private void begin(HttpServerRequest request, Principal who, Room room, String connId, Joined joined) {
    Problem refused = joined.roomId() != room.id() ? Problem.ROOM_NOT_FOUND
        : !context.revocations().allows(who) ? Problem.UNAUTHORIZED
        : shut.getAsBoolean() ? Problem.UNAVAILABLE
        : !isOpen(request) ? Problem.BAD_REQUEST : null;
    if (refused != null) {
      context.bus().ask(RoomApi.LEAVE, new Leave(joined.roomId(), connId));
      throw new Refused(refused);
    }
    MultiMap headers = headers(request);
    Session session = Session.open(context, connId, who, addresses.of(request), handlers, its -> wire(its, request));
    if (request.version() != HttpVersion.HTTP_2) {
      session.outbox().write(head(session.outbox(), headers));
    }
    session.outbox().write(retry(session.outbox()));
    handlers.entrance().begin(session, joined).onFailure(failure -> session.close(CloseCode.OVERLOADED));
  }

  private static boolean isOpen(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2 ? !request.response().closed() : TakenConnection.isOpen(request);
  }

  private Wire wire(Session session, HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      return new SharedStreamWire(session, request.response());
    }
    StreamWire wire = new StreamWire(session, context.loop());
    TakenConnection.takeOver(request, wire, SILENCE_MILLIS);
    return wire;
  }

  private static MultiMap headers(HttpServerRequest request) {
    MultiMap headers = request.response().headers().set(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .set(HttpHeaders.CACHE_CONTROL, "no-store").set("X-Accel-Buffering", "no");
    headers.remove(HttpHeaders.KEEP_ALIVE);
    return request.version() == HttpVersion.HTTP_2 ? headers : headers.set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
  }

  /** The body ends with the connection. */
  private static ByteBuf head(Outbox outbox, MultiMap headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return ascii(outbox, head.append("\r\n").toString());
  }

  private static ByteBuf retry(Outbox outbox) {
    int millis = ThreadLocalRandom.current().nextInt(RETRY_LEAST_MILLIS, RETRY_MOST_MILLIS);
    return ascii(outbox, "retry: " + millis + "\n\n");
  }

  private static ByteBuf ascii(Outbox outbox, String text) {
    ByteBuf bytes = outbox.alloc().directBuffer(text.length());
    ByteBufUtil.writeAscii(bytes, text);
    return bytes;
  }
}
