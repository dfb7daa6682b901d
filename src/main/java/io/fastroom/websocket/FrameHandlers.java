package io.fastroom.websocket;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.Append;
import io.fastroom.persistence.PersistenceApi.Appended;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Enter;
import io.fastroom.room.RoomApi.Entered;
import io.fastroom.websocket.ClientFrame.InRoom;
import io.fastroom.websocket.ServerFrame.Authenticated;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.fastroom.websocket.ServerFrame.History;
import io.fastroom.websocket.ServerFrame.HistoryPage;
import io.fastroom.websocket.ServerFrame.Joined;
import io.fastroom.websocket.ServerFrame.Left;
import io.fastroom.websocket.ServerFrame.Pong;
import io.fastroom.websocket.ServerFrame.PresenceState;
import io.fastroom.wire.EventJson;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each kind of frame does: one row per kind, with the guards that stand before it.
 *
 * <p>Thread: the event loop of its hub; it keeps no state.
 */
final class FrameHandlers {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");
  private static final int PAGE = 50;

  /** A handler of frames about a room the socket is in. */
  private interface Seated<F> {
    void handle(Session session, Seat seat, F frame);
  }

  private record Row<F extends ClientFrame>(Class<F> kind, BiConsumer<Session, F> handler) {
    void handle(Session session, ClientFrame frame) {
      handler.accept(session, kind.cast(frame));
    }
  }

  private final Desk desk;
  private final Map<Class<?>, Row<?>> table = Map.of(
      ClientFrame.Join.class, new Row<>(ClientFrame.Join.class, this::join),
      ClientFrame.Leave.class, new Row<>(ClientFrame.Leave.class, inRoom(this::leave)),
      ClientFrame.Chat.class, new Row<>(ClientFrame.Chat.class, inRoom(this::chat)),
      ClientFrame.HistoryMore.class, new Row<>(ClientFrame.HistoryMore.class, inRoom(this::historyMore)),
      ClientFrame.Typing.class, new Row<>(ClientFrame.Typing.class, inRoom(this::typing)),
      ClientFrame.Ping.class, new Row<>(ClientFrame.Ping.class, this::ping),
      ClientFrame.Auth.class, new Row<>(ClientFrame.Auth.class, this::auth));

  FrameHandlers(Desk desk) {
    this.desk = desk;
  }

  void handle(Session session, Rates rates, String text) {
    ClientFrame frame = null;
    ErrorFrame bad = null;
    try {
      frame = FrameCodec.decode(text);
      desk.metrics().messageIn(frame);
    } catch (BadFrame e) {
      bad = e.error();
      desk.metrics().malformedIn();
    }
    long wait = rates.message();
    if (wait == 0 && frame instanceof ClientFrame.Chat) {
      wait = rates.chat();
    }
    if (wait == 0 && frame != null) {
      table.get(frame.getClass()).handle(session, frame);
    } else if (wait == 0) {
      session.send(bad);
    } else if (rates.isAbused()) {
      session.close(Goodbye.ABUSE);
    } else {
      session.send(new ErrorFrame(Problem.RATE_LIMITED, Problem.RATE_LIMITED.title(),
          frame == null ? bad.ref() : frame.ref(), room(frame), wait));
    }
  }

  private static String room(ClientFrame frame) {
    return frame instanceof InRoom about ? about.room() : null;
  }

  private static <F extends InRoom> BiConsumer<Session, F> inRoom(Seated<F> handler) {
    return (session, frame) -> {
      Seat seat = session.seat(frame.room());
      if (seat == null) {
        session.send(ErrorFrame.of(Problem.NOT_IN_ROOM, frame.ref(), frame.room()));
      } else {
        handler.handle(session, seat, frame);
      }
    };
  }

  private void join(Session session, ClientFrame.Join frame) {
    int max = desk.settings().webSocket().maxRooms();
    if (max > 0 && session.rooms() >= max && session.seat(frame.room()) == null) {
      session.send(ErrorFrame.of(Problem.TOO_MANY_ROOMS, frame.ref(), frame.room()));
      return;
    }
    Principal who = session.principal();
    Enter question = new Enter(desk.hub().id(), session.connId(), who.userId(), who.username(), frame.room(),
        frame.since());
    Seat again = session.seat(frame.room());
    Future<Void> ready = again == null ? Future.succeededFuture() : heardItself(session, again);
    session.gate().alone(ready.compose(heard -> desk.bus().ask(RoomApi.ENTER, question)), answer -> {
      if (answer.failed()) {
        session.refuse(answer.cause(), frame.ref(), frame.room());
      } else if (session.isClosing()) {
        session.exit(answer.result().roomId());
      } else {
        entered(session, frame, answer.result());
      }
    });
  }

  /** Nothing of the room may come between this answer and the deliveries after it. */
  private void entered(Session session, ClientFrame.Join frame, Entered room) {
    Seat before = session.seat(room.roomId());
    if (before != null) {
      session.forget(before);
      desk.hub().unseat(before);
    }
    Seat seat = desk.hub().seat(session, room.roomId(), room.room(), room.seq());
    seat.muted = room.member().isMuted();
    session.remember(seat);
    LOG.info("{} joined room {}", session.connId(), room.roomId());
    session.send(new Joined(frame.ref(), room.room(), room.roomId(), room.seq()));
    session.send(new PresenceState(room.room(), room.users()));
    if (Boolean.TRUE.equals(room.resumed())) {
      desk.catchUp().resume(seat, room);
    } else {
      session.send(new History(room.room(), room.history(), room.resumed(), false));
      desk.catchUp().advance(seat);
    }
  }

  private void leave(Session session, Seat seat, ClientFrame.Leave frame) {
    session.gate().alone(heardItself(session, seat).compose(heard -> {
      if (!seat.isGone()) {
        session.forget(seat);
        desk.hub().unseat(seat);
        LOG.info("{} left room {}", session.connId(), seat.room.id);
      }
      // Out it is in any case; presence that could not be told expires.
      return session.exit(seat.room.id);
    }), answer -> session.send(new Left(frame.ref(), frame.room())));
  }

  /** What a socket has said in the room comes back to it before it gives up its seat there. */
  private static Future<Void> heardItself(Session session, Seat seat) {
    return session.gate().settled().compose(settled -> seat.room.awaits(seat, seat.said));
  }

  private void chat(Session session, Seat seat, ClientFrame.Chat frame) {
    Principal who = session.principal();
    Append question = new Append(seat.room.id, who.userId(), who.username(), frame.message(), frame.clientId(),
        session.connId(), frame.ref());
    session.gate().beside(desk.bus().ask(PersistenceApi.APPEND, question),
        answer -> appended(session, seat, frame, answer));
  }

  /** The answer to a new chat is its broadcast; one that was had before is shown to its sender alone. */
  private void appended(Session session, Seat seat, ClientFrame.Chat frame, AsyncResult<Appended> answer) {
    if (answer.failed()) {
      session.refuse(answer.cause(), frame.ref(), frame.room());
    } else if (answer.result().repeated()) {
      byte[] first = EventJson.encode(answer.result().event());
      session.send(frame.ref() == null ? first : FrameCodec.withRef(first, frame.ref()));
    } else {
      seat.said = Math.max(seat.said, answer.result().event().seq());
    }
  }

  private void historyMore(Session session, Seat seat, ClientFrame.HistoryMore frame) {
    ListMessages question =
        new ListMessages(session.userId(), seat.room.id, PAGE, 0, frame.beforeId(), -1);
    session.gate().alone(desk.bus().ask(PersistenceApi.LIST_MESSAGES, question), answer -> {
      if (answer.failed()) {
        session.refuse(answer.cause(), frame.ref(), frame.room());
      } else if (seat.isGone()) {
        session.send(ErrorFrame.of(Problem.NOT_IN_ROOM, frame.ref(), frame.room()));
      } else {
        session.send(new HistoryPage(frame.ref(), seat.room.name(), answer.result().page().items(),
            answer.result().more()));
      }
    });
  }

  private void typing(Session session, Seat seat, ClientFrame.Typing frame) {
    if (seat.muted) {
      session.send(ErrorFrame.of(Problem.MUTED, frame.ref(), frame.room()));
    } else {
      Principal who = session.principal();
      desk.bus().tell(RoomApi.TYPING,
          new RoomApi.Typing(seat.room.id, who.userId(), who.username(), frame.isTyping()));
    }
  }

  private void ping(Session session, ClientFrame.Ping frame) {
    session.send(new Pong(frame.ref(), Instant.now().truncatedTo(ChronoUnit.MICROS)));
  }

  private void auth(Session session, ClientFrame.Auth frame) {
    Future<Principal> verified = desk.tokens().verifyAccess(frame.accessToken())
        .compose(renewed -> renewed.userId() == session.userId() && desk.revocations().allows(renewed)
            ? Future.succeededFuture(renewed)
            : Future.failedFuture(new Refused(Problem.UNAUTHORIZED)));
    session.gate().alone(verified, answer -> {
      if (answer.failed()) {
        session.refuse(answer.cause(), frame.ref(), null);
        return;
      }
      session.renew(Objects.requireNonNull(answer.result()));
      long left = Duration.between(Instant.now(), answer.result().expiresAt()).toSeconds();
      session.send(new Authenticated(frame.ref(), Math.max(0, left)));
    });
  }
}
