package io.fastroom.websocket;

import io.fastroom.auth.Principal;
import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.room.RoomApi;
import io.fastroom.room.RoomApi.Exit;
import io.fastroom.websocket.ServerFrame.Banner;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket of a signed-in user: who it is, where it sits, whether it is read from, and its end. What frames do stands
 * in {@link FrameHandlers}.
 *
 * <p>Limits: one join, leave, page of history or renewal at a time and {@link #MAX_CHATS} chats under way, after which the
 * socket is not read from; nor is it while its outbox is not low.
 */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");
  private static final int MAX_CHATS = 64;
  private static final long CLOSING_MILLIS = 10_000;
  private static final long FENCE_MILLIS = 800;
  private static final long STALL_MILLIS = 30_000;

  /** Why the socket is not read from. */
  private static final int ANSWER = 1;
  private static final int CHATS = 2;
  private static final int OUTBOX = 4;

  private final Desk desk;
  private final WebSocketInternal socket;
  private final String connId;
  private final Outbox outbox;
  private final Inbox inbox;

  // State: belongs to the event loop of the hub.
  private Principal principal;
  private final List<Seat> seats = new ArrayList<>(2);
  private int holds;
  private int chats;
  private long heardAt;
  private long pingAt;
  private long taken;
  private long takenAt;
  private Goodbye closing;
  private long abortAt;

  Session(Desk desk, WebSocketInternal socket, Principal principal, FrameHandlers handlers) {
    this.desk = desk;
    this.socket = socket;
    this.principal = principal;
    this.connId = ConnId.next();
    this.outbox = new Outbox(socket, desk.turn(), desk.metrics());
    this.inbox = new Inbox(this, handlers, desk.settings().webSocket());
  }

  /** Starts reading and greets. */
  void open() {
    long now = now();
    long interval = heartbeat();
    heardAt = now;
    takenAt = now;
    pingAt = now + ThreadLocalRandom.current().nextLong(1, interval + 1);
    ChannelHandlerContext context = socket.channelHandlerContext();
    context.pipeline().addBefore(context.name(), "guard", new SocketGuard(this));
    socket.frameHandler(inbox::onFrame);
    socket.exceptionHandler(failure -> LOG.debug("{} failed: {}", connId, failure.toString()));
    socket.closeHandler(done -> closed());
    desk.hub().add(this);
    desk.metrics().opened();
    LOG.info("{} connected as {}", connId, principal.username());
    outbox.send(new Banner("connected as " + principal.username(), TimeUnit.MILLISECONDS.toSeconds(interval),
        "heartbeat", desk.settings().serverId(), connId));
  }

  private static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private long heartbeat() {
    return desk.settings().webSocket().heartbeatInterval().toMillis();
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

  Outbox outbox() {
    return outbox;
  }

  boolean isClosing() {
    return closing != null;
  }

  /** The same user's new token. */
  void renew(Principal renewed) {
    principal = renewed;
  }

  /** The seat in the room of that name, or null. */
  Seat seat(String room) {
    for (Seat seat : seats) {
      if (seat.room.name().equals(room)) {
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
    outbox.send(json);
    if (!outbox.isLow()) {
      hold(OUTBOX);
    }
  }

  void refuse(Throwable failure, String ref, String room) {
    send(ErrorFrame.of(Refused.of(failure), ref, room));
  }

  /** Reads nothing more until the answer has been handled, so that what follows finds what it has done. */
  <T> void alone(Future<T> answer, Consumer<AsyncResult<T>> handler) {
    hold(ANSWER);
    answer.onComplete(result -> {
      try {
        handler.accept(result);
      } finally {
        release(ANSWER);
      }
    });
  }

  /** Reads on meanwhile, up to a bound. */
  <T> void beside(Future<T> answer, Consumer<AsyncResult<T>> handler) {
    if (++chats >= MAX_CHATS) {
      hold(CHATS);
    }
    answer.onComplete(result -> {
      try {
        handler.accept(result);
      } finally {
        chats--;
        release(CHATS);
      }
    });
  }

  private void hold(int reason) {
    if (holds == 0 && closing == null) {
      socket.pause();
    }
    holds |= reason;
  }

  private void release(int reason) {
    int before = holds;
    holds &= ~reason;
    if (before != 0 && holds == 0) {
      socket.resume();
    }
  }

  void heard() {
    heardAt = now();
  }

  /** The channel takes more. */
  void drained() {
    if (closing == null) {
      if (outbox.isLow()) {
        release(OUTBOX);
      }
      seats.forEach(desk.catchUp()::advance);
    }
  }

  /** Looks after the socket; called every second. */
  void tick() {
    long now = now();
    if (closing != null) {
      if (now >= abortAt) {
        outbox.abort();
      }
      return;
    }
    if (principal.expiresAt().toEpochMilli() <= System.currentTimeMillis() || !desk.revocations().allows(principal)) {
      unauthorized();
      return;
    }
    drained();
    long total = outbox.taken();
    if (outbox.pending() == 0 || total > taken) {
      taken = total;
      takenAt = now;
    }
    if (now - takenAt >= STALL_MILLIS) {
      close(Goodbye.STOPPED_READING, null, CLOSING_MILLIS);
    } else if (outbox.pending() == 0 && now - heardAt >= desk.settings().webSocket().heartbeatTtl().toMillis()) {
      LOG.info("{} vanished", connId);
      leaveAll();
      outbox.abort();
    } else if (now >= pingAt) {
      pingAt = now + heartbeat();
      outbox.ping();
    }
  }

  /** The token is dead: says so and closes, hard when the peer does not take it. */
  void unauthorized() {
    close(Goodbye.UNAUTHORIZED, ErrorFrame.of(Problem.UNAUTHORIZED, null, null), FENCE_MILLIS);
  }

  /** A broken frame. Its sender is not waited for: nothing it says is understood any more. */
  void violation(Goodbye why) {
    close(why, null, FENCE_MILLIS);
  }

  void close(Goodbye why) {
    close(why, null, CLOSING_MILLIS);
  }

  private void close(Goodbye why, ErrorFrame last, long patienceMillis) {
    if (closing != null) {
      return;
    }
    leaveAll();
    if (last != null) {
      outbox.send(last);
    }
    closing = why;
    abortAt = now() + patienceMillis;
    outbox.shut();
    socket.close((short) why.code(), why.reason());
    socket.resume();
    if (patienceMillis < CLOSING_MILLIS) {
      desk.vertx().setTimer(patienceMillis, id -> outbox.abort());
    }
  }

  private void closed() {
    leaveAll();
    outbox.shut();
    desk.hub().remove(this);
    desk.node().release(principal.userId());
    int code = closing == null ? socket.closeStatusCode() : closing.code();
    closing = closing == null ? Goodbye.GOING_AWAY : closing;
    desk.metrics().closed(code);
    LOG.info("{} closed with {}", connId, code);
  }
}
