package io.fastroom.websocket;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.model.Message;
import io.fastroom.model.Problem;
import io.fastroom.model.Scope;
import io.fastroom.persistence.ChatApi;
import io.fastroom.persistence.ChatApi.Append;
import io.fastroom.persistence.ChatApi.Appended;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.ListMessages;
import io.fastroom.persistence.ReactionApi;
import io.fastroom.persistence.ReactionApi.React;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Release;
import io.fastroom.websocket.ClientFrame.InRoom;
import io.fastroom.websocket.ServerFrame.Authenticated;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.fastroom.websocket.ServerFrame.HistoryPage;
import io.fastroom.websocket.ServerFrame.Left;
import io.fastroom.websocket.ServerFrame.Pong;
import io.fastroom.wire.EventJson;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each kind of frame does: one entry per kind, with the checks that come first.
 *
 * <p>Thread: the event loop of its hub; it keeps no state.
 */
final class FrameHandlers {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");
  private static final int PAGE = 50;
  private static final int ATTEMPTS = 3;

  /** A handler of frames about a room the socket is in. */
  private interface InRoomHandler<F> {
    void handle(Session session, Subscription subscription, F frame);
  }

  /** @param scope what a key needs for it, null for nothing */
  private record Row<F extends ClientFrame>(Class<F> kind, Scope scope, BiConsumer<Session, F> handler) {
    Row(Class<F> kind, BiConsumer<Session, F> handler) {
      this(kind, null, handler);
    }

    void handle(Session session, ClientFrame frame) {
      Problem refused = scope == null ? null : session.principal().refuses(scope);
      if (refused == null) {
        handler.accept(session, kind.cast(frame));
      } else {
        session.send(ErrorFrame.of(refused, frame.ref(), room(frame)));
      }
    }
  }

  private final SessionContext context;
  private final Entrance entrance;
  private final Map<Class<?>, Row<?>> table;

  FrameHandlers(SessionContext context) {
    this.context = context;
    this.entrance = new Entrance(context);
    this.table = Map.of(
        ClientFrame.Join.class, new Row<>(ClientFrame.Join.class, Scope.READ, entrance::join),
        ClientFrame.Leave.class, new Row<>(ClientFrame.Leave.class, inRoom(this::leave)),
        ClientFrame.Chat.class, new Row<>(ClientFrame.Chat.class, Scope.WRITE, inRoom(this::chat)),
        ClientFrame.React.class, new Row<>(ClientFrame.React.class, Scope.WRITE, inRoom(this::react)),
        ClientFrame.HistoryMore.class, new Row<>(ClientFrame.HistoryMore.class, Scope.READ, inRoom(this::historyMore)),
        ClientFrame.Typing.class, new Row<>(ClientFrame.Typing.class, Scope.WRITE, inRoom(this::typing)),
        ClientFrame.Read.class, new Row<>(ClientFrame.Read.class, Scope.WRITE, this::read),
        ClientFrame.Watch.class, new Row<>(ClientFrame.Watch.class, Scope.READ, this::watch),
        ClientFrame.Ping.class, new Row<>(ClientFrame.Ping.class, this::ping),
        ClientFrame.Auth.class, new Row<>(ClientFrame.Auth.class, this::auth));
  }

  Entrance entrance() {
    return entrance;
  }

  void handle(Session session, Rates rates, String text) {
    ClientFrame frame = null;
    ErrorFrame bad = null;
    try {
      frame = FrameCodec.decode(text);
      context.metrics().messageIn(frame);
    } catch (BadFrame e) {
      bad = e.error();
      context.metrics().malformedIn();
    }
    long wait = rates.message();
    if (wait == 0 && (frame instanceof ClientFrame.Chat || frame instanceof ClientFrame.React)) {
      wait = rates.chat();
    }
    if (wait == 0 && frame != null) {
      table.get(frame.getClass()).handle(session, frame);
    } else if (wait == 0) {
      session.send(bad);
    } else if (rates.isAbused()) {
      session.close(CloseCode.ABUSE);
    } else {
      session.send(new ErrorFrame(Problem.RATE_LIMITED, Problem.RATE_LIMITED.title(),
          frame == null ? bad.ref() : frame.ref(), room(frame), wait));
    }
  }

  private static String room(ClientFrame frame) {
    return frame instanceof InRoom about ? about.room() : null;
  }

  private static <F extends InRoom> BiConsumer<Session, F> inRoom(InRoomHandler<F> handler) {
    return (session, frame) -> {
      Subscription subscription = session.subscriptions().find(frame.room());
      if (subscription == null) {
        session.send(ErrorFrame.of(Problem.NOT_IN_ROOM, frame.ref(), frame.room()));
      } else {
        handler.handle(session, subscription, frame);
      }
    };
  }

  private void leave(Session session, Subscription subscription, ClientFrame.Leave frame) {
    String name = subscription.room.name();
    session.gate().alone(Entrance.heardItself(session, subscription).compose(heard -> {
      if (!subscription.isGone()) {
        session.subscriptions().remove(subscription);
        context.hub().unsubscribe(subscription);
        LOG.info("{} left room {}", session.connId(), subscription.room.id);
      }
      // The socket is out of the room in any case; if presence could not be told, its entry expires.
      return session.exit(subscription.room.id);
    }), answer -> session.send(new Left(frame.ref(), name)));
  }

  private void chat(Session session, Subscription subscription, ClientFrame.Chat frame) {
    Principal who = session.principal();
    Append question = new Append(subscription.room.id, who.userId(), who.username(), frame.message(), frame.clientId(),
        frame.replyTo(), session.connId(), frame.ref());
    session.gate().beside(
        context.loop().traced("chat", session.traceparent(), () -> append(subscription, question, ATTEMPTS)),
        answer -> appended(session, subscription, frame, answer));
  }

  /** What a repeated one is answered with may be of a log that is lost meanwhile: then it is said again. */
  private Future<Appended> append(Subscription subscription, Append question, int attempts) {
    return context.bus().ask(ChatApi.APPEND, question).compose(said -> !said.repeated()
        ? Future.succeededFuture(said)
        : context.bus().ask(RoomApi.RELEASE, new Release(question.roomId(), said.readAt())).compose(same -> same
            ? inItsTurn(subscription, said)
            : attempts > 1 ? append(subscription, question, attempts - 1)
                : Future.failedFuture(new Refused(Problem.UNAVAILABLE))));
  }

  /** The first one's event must not come before those that it follows: a client would take itself to have them. */
  private static Future<Appended> inItsTurn(Subscription subscription, Appended repeated) {
    return subscription.room.awaits(subscription, repeated.event().seq()).map(has -> {
      subscription.room.flush();
      return repeated;
    });
  }

  /** A new chat is answered by its broadcast; a repeated one is sent to its sender only. */
  private void appended(Session session, Subscription subscription, ClientFrame.Chat frame, AsyncResult<Appended> answer) {
    if (answer.failed()) {
      session.refuse(inFrame(answer.cause(), "reply_to"), frame.ref(), frame.room());
    } else if (answer.result().repeated()) {
      byte[] first = EventJson.encode(answer.result().event());
      session.send(frame.ref() == null ? first : FrameCodec.withRef(first, frame.ref()), null);
    } else {
      subscription.said = Math.max(subscription.said, answer.result().event().seq());
    }
  }

  private void react(Session session, Subscription subscription, ClientFrame.React frame) {
    Principal who = session.principal();
    React question = new React(subscription.room.id, who.userId(), who.username(), frame.messageId(), frame.emoji(),
        frame.on(), session.connId(), frame.ref());
    session.gate().beside(context.bus().ask(ReactionApi.REACT, question), answer -> {
      if (answer.failed()) {
        session.refuse(inFrame(answer.cause(), "message_id"), frame.ref(), frame.room());
      } else if (answer.result().event() != null) {
        subscription.said = Math.max(subscription.said, answer.result().event().seq());
      }
    });
  }

  /** What the path of a REST call names is not found; what a field of a frame names makes the frame a bad one. */
  private static Throwable inFrame(Throwable failure, String field) {
    return Refused.of(failure).problem() != Problem.MESSAGE_NOT_FOUND ? failure
        : new Refused(Problem.INVALID_MESSAGE, field + " is no message of this room, or it was deleted");
  }

  private void historyMore(Session session, Subscription subscription, ClientFrame.HistoryMore frame) {
    ListMessages question =
        new ListMessages(session.userId(), subscription.room.id, PAGE, 0, frame.beforeId(), -1);
    session.gate().alone(context.bus().ask(PersistenceApi.LIST_MESSAGES, question)
        .compose(page -> context.batch().turn().map(page)), answer -> {
      if (answer.failed()) {
        session.refuse(answer.cause(), frame.ref(), frame.room());
      } else if (subscription.isGone()) {
        session.send(ErrorFrame.of(Problem.NOT_IN_ROOM, frame.ref(), frame.room()));
      } else {
        List<Message> found = answer.result().page().items();
        List<Message> fit = FrameSize.last(found);
        session.send(new HistoryPage(frame.ref(), subscription.room.name(), fit,
            answer.result().more() || fit.size() < found.size()));
      }
    });
  }

  private void typing(Session session, Subscription subscription, ClientFrame.Typing frame) {
    if (subscription.muted) {
      session.send(ErrorFrame.of(Problem.MUTED, frame.ref(), frame.room()));
    } else {
      Principal who = session.principal();
      context.bus().tell(RoomApi.TYPING,
          new RoomApi.Typing(subscription.room.id, who.userId(), who.username(), frame.isTyping()));
    }
  }

  private void read(Session session, ClientFrame.Read frame) {
    context.hub().lists().read(session, frame);
  }

  private void watch(Session session, ClientFrame.Watch frame) {
    context.hub().lists().watch(session, frame);
  }

  private void ping(Session session, ClientFrame.Ping frame) {
    session.send(new Pong(frame.ref(), Instant.now().truncatedTo(ChronoUnit.MICROS)));
  }

  private void auth(Session session, ClientFrame.Auth frame) {
    Future<Principal> verified = context.tokens().verifyAccess(frame.accessToken())
        .compose(renewed -> renewed.userId() == session.userId() ? context.revocations().use(renewed)
            : Future.failedFuture(new Refused(Problem.UNAUTHORIZED)));
    session.gate().alone(verified, answer -> {
      if (answer.failed()) {
        session.refuse(answer.cause(), frame.ref(), null);
        return;
      }
      // It may be in rooms and watch by now, which a key without the right to read must not go on with.
      Problem less = session.principal().refuses(Scope.READ) == null ? answer.result().refuses(Scope.READ) : null;
      if (less != null) {
        session.send(ErrorFrame.of(less, frame.ref(), null));
        return;
      }
      session.renew(Objects.requireNonNull(answer.result()));
      long left = Duration.between(Instant.now(), answer.result().expiresAt()).toSeconds();
      session.send(new Authenticated(frame.ref(), Math.max(0, left)));
    });
  }
}
