package io.fastroom.websocket;

import io.fastroom.auth.AuthApi;
import io.fastroom.auth.Principal;
import io.fastroom.auth.Revocations;
import io.fastroom.auth.Tokens;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.internals.EventLoop;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Problem;
import io.fastroom.room.RoomApi;
import io.fastroom.settings.Settings;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The sockets of one event loop: lets them in, hands them what rooms release, looks after them every second and sends
 * them away.
 *
 * <p>Thread: the event loop of the edge that deploys it; any call from elsewhere is a mistake.
 */
public final class WebSocketVerticle extends VerticleBase {
  /** With it browsers, which cannot set headers, may send a token: {@code bearer, <token>}. */
  public static final String SUBPROTOCOL = "bearer";

  /** How long a reader may take nothing at all before it is given up. */
  private static final Duration STALL = Duration.ofSeconds(30);
  private static final long TICK_MILLIS = 1_000;

  private final Settings settings;
  private final Bus bus;
  private final Tokens tokens;
  private final Revocations revocations;
  private final NodeSockets node;
  private final SocketMetrics metrics;
  private final Duration stall;
  private final Handshake handshake;

  private SessionContext sessionContext;
  private FrameHandlers handlers;
  private Drain drain;
  private boolean shut;
  private long ticking;

  /**
   * @param node one for all verticles of the node
   * @param metrics one for all verticles of the node
   */
  public WebSocketVerticle(Settings settings, Bus bus, Tokens tokens, Revocations revocations, NodeSockets node,
                           SocketMetrics metrics) {
    this(settings, bus, tokens, revocations, node, metrics, STALL);
  }

  WebSocketVerticle(Settings settings, Bus bus, Tokens tokens, Revocations revocations, NodeSockets node,
                    SocketMetrics metrics, Duration stall) {
    this.settings = settings;
    this.bus = bus;
    this.tokens = tokens;
    this.revocations = revocations;
    this.node = node;
    this.metrics = metrics;
    this.stall = stall;
    this.handshake = new Handshake(settings);
  }

  @Override
  public Future<?> start() {
    EventLoop loop = EventLoop.of(context);
    FlushBatch batch = new FlushBatch(loop.netty(), metrics);
    CatchUp catchUp = new CatchUp(bus);
    Hub hub = new Hub(node.nextHub(), batch, catchUp, metrics);
    sessionContext = new SessionContext(loop, settings, bus, tokens, revocations, hub, catchUp, batch, node, metrics,
        stall);
    handlers = new FrameHandlers(sessionContext);
    drain = new Drain(vertx, hub, settings.node().drain());
    ticking = vertx.setPeriodic(TICK_MILLIS, id -> hub.sessions().forEach(Session::tick));
    return Future.all(
        bus.hear(RoomApi.hub(hub.id()), hub::deliver),
        bus.hear(AuthApi.REVOKED, this::revoke),
        bus.hear(SessionApi.SHUT_DOOR, fact -> shut = true));
  }

  @Override
  public Future<?> stop() {
    vertx.cancelTimer(ticking);
    return drain();
  }

  /** Sends every socket away with 1012, spread over the drain time, and lets no more in. Done when all are gone. */
  public Future<Void> drain() {
    shut = true;
    return drain.start();
  }

  /**
   * Why the request may not become a socket, or null. A token that is no good is no reason: the socket opens, is told
   * and closes, since a browser shows no status.
   */
  public Problem refusal(HttpServerRequest request) {
    if (!handshake.originAllowed(request)) {
      return Problem.ORIGIN_NOT_ALLOWED;
    }
    return shut ? Problem.UNAVAILABLE : null;
  }

  /** Makes a socket of a request that was not refused. Fails when the handshake does. */
  public Future<Void> accept(HttpServerRequest request) {
    request.pause();
    String token = Handshake.token(request);
    Future<Principal> verified = token == null
        ? Future.failedFuture(new Refused(Problem.UNAUTHORIZED))
        : tokens.verifyAccess(token);
    return verified.transform(who -> request.toWebSocket().map(socket -> {
      if (who.succeeded() && revocations.allows(who.result())) {
        open(socket, who.result());
      } else {
        turnAway(socket, Problem.UNAUTHORIZED, CloseCode.UNAUTHORIZED);
      }
      return null;
    }));
  }

  private void open(ServerWebSocket socket, Principal who) {
    if (shut) {
      socket.close((short) CloseCode.RESTART.code(), CloseCode.RESTART.reason());
    } else if (!node.admit(who.userId(), settings.webSocket().maxSocketsPerUser())) {
      turnAway(socket, Problem.TOO_MANY_SOCKETS, CloseCode.ABUSE);
    } else {
      Session.open(sessionContext, socket, who, handlers);
    }
  }

  private static void turnAway(ServerWebSocket socket, Problem problem, CloseCode closeCode) {
    byte[] error = FrameCodec.encode(ErrorFrame.of(problem, null, null));
    socket.writeTextMessage(new String(error, StandardCharsets.UTF_8));
    socket.close((short) closeCode.code(), closeCode.reason());
  }

  private void revoke(AuthApi.Revoked revoke) {
    Set<String> dead = revoke.tokens().stream().map(BlockedToken::jti).collect(Collectors.toSet());
    Set<Long> disabled = new HashSet<>(revoke.disabledUsers());
    for (Session session : sessionContext.hub().sessions()) {
      if (dead.contains(session.principal().jti()) || disabled.contains(session.userId())) {
        session.unauthorized();
      }
    }
  }
}
