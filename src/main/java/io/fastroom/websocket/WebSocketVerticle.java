package io.fastroom.websocket;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.AuthApi;
import io.fastroom.auth.Principal;
import io.fastroom.auth.Revocations;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.internals.EventLoop;
import io.fastroom.internals.TakenConnection;
import io.fastroom.internals.UpgradedSocket;
import io.fastroom.model.BlockedToken;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.net.ClientAddress;
import io.fastroom.net.TrustedProxies;
import io.fastroom.room.RoomApi;
import io.fastroom.settings.Settings;
import io.fastroom.watch.WatchApi;
import io.fastroom.websocket.ServerFrame.ErrorFrame;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one event loop: accepts them, hands them what rooms release, checks them every second and closes them.
 *
 * <p>Thread: the event loop of the edge that deploys it; any call from elsewhere is a mistake.
 */
public final class WebSocketVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");

  /** A subprotocol by which browsers, which cannot set headers, may send a token: {@code bearer, <token>}. */
  public static final String SUBPROTOCOL = "bearer";

  /** How long a reader may leave queued data untouched before it is given up. */
  private static final Duration STALL = Duration.ofSeconds(30);
  private static final long TICK_MILLIS = 1_000;
  private static final long SHUT_RETRY_MILLIS = 1_000;

  private final Settings settings;
  private final Bus bus;
  private final AccessTokens tokens;
  private final Revocations revocations;
  private final NodeSockets node;
  private final SocketMetrics metrics;
  private final Duration stall;
  private final Handshake handshake;
  private final ClientAddress addresses;

  private Arrivals arrivals;
  private SessionContext sessionContext;
  private FrameHandlers handlers;
  private StreamDoor streams;
  private Debtors debtors;
  private Drain drain;
  private boolean shut;
  private long ticking;

  /**
   * @param node one for all verticles of the node
   * @param metrics one for all verticles of the node
   */
  public WebSocketVerticle(Settings settings, Bus bus, AccessTokens tokens, Revocations revocations,
                           NodeSockets node, SocketMetrics metrics) {
    this(settings, bus, tokens, revocations, node, metrics, STALL);
  }

  WebSocketVerticle(Settings settings, Bus bus, AccessTokens tokens, Revocations revocations,
                    NodeSockets node, SocketMetrics metrics, Duration stall) {
    this.settings = settings;
    this.bus = bus;
    this.tokens = tokens;
    this.revocations = revocations;
    this.node = node;
    this.metrics = metrics;
    this.stall = stall;
    this.handshake = new Handshake(settings);
    this.addresses = new ClientAddress(new TrustedProxies(settings.http().trustedProxies()));
  }

  @Override
  public Future<?> start() {
    EventLoop loop = EventLoop.of(context);
    debtors = new Debtors(node.budget());
    FlushBatch batch = new FlushBatch(loop, metrics, debtors);
    CatchUp catchUp = new CatchUp(bus, batch);
    Hub hub = new Hub(node.nextHub(), batch, catchUp, new RoomLists(bus), metrics);
    arrivals = new Arrivals(vertx, metrics);
    sessionContext = new SessionContext(loop, settings, bus, tokens, revocations, hub, catchUp, batch, arrivals, node,
        metrics, stall);
    handlers = new FrameHandlers(sessionContext);
    streams = new StreamDoor(sessionContext, handlers, addresses, this::isShut);
    drain = new Drain(vertx, hub, settings.node().drain());
    node.frames().beat(this);
    ticking = vertx.setPeriodic(TICK_MILLIS, id -> {
      node.frames().beat(this);
      long now = IdleSocketCheck.now();
      Instant wall = Instant.now();
      hub.visits().pass(now, visit -> make(visit, now, wall));
      hub.lists().tick();
    });
    return Future.all(
        bus.hear(RoomApi.hub(hub.id()), hub::deliver),
        bus.answer(RoomApi.caughtUp(hub.id()), question -> hub.written(question.roomId())),
        bus.hear(RoomApi.startOver(hub.id()), hub::startOver),
        bus.hear(WatchApi.TOLD, hub.lists()::told),
        bus.hear(AuthApi.REVOKED, this::revoke),
        bus.hear(SessionApi.SHUT_DOOR, fact -> shut = true));
  }

  @Override
  public Future<?> stop() {
    vertx.cancelTimer(ticking);
    node.frames().forget(this);
    return drain().onComplete(gone -> {
      arrivals.close();
      debtors.close();
    });
  }

  /** Closes every socket with 1012, spread over the drain time, and accepts no more. Completes when all are gone. */
  public Future<Void> drain() {
    shut = true;
    return drain.start();
  }

  /** Whether no more sockets are accepted, since the node or this edge stops. */
  public boolean isShut() {
    return shut;
  }

  /**
   * Upgrades a request to a socket. With an invalid token the socket still opens, is told so and closes, since a
   * browser does not show the status of a failed handshake.
   *
   * @return fails with Refused when the request may not become a socket; the caller answers it
   */
  public Future<Void> accept(HttpServerRequest request) {
    return Future.succeededFuture(request).compose(this::checked).onFailure(refused -> tell(request, refused));
  }

  private Future<Void> checked(HttpServerRequest request) {
    handshake.check(request);
    if (shut) {
      throw new Refused(Problem.UNAVAILABLE, "The node stops", SHUT_RETRY_MILLIS);
    }
    request.pause();
    // A header for requests that are answered; this one never is.
    request.response().headers().remove(HttpHeaders.KEEP_ALIVE);
    return arrivals.handshake(() -> Future.succeededFuture(request).map(handshake::token).compose(this::verified)
        .transform(who -> upgrade(request, who)));
  }

  /** Who has gone while they waited is told of as such, not by what the library throws. */
  private Future<Void> upgrade(HttpServerRequest request, AsyncResult<Principal> who) {
    return !TakenConnection.isOpen(request)
        ? Future.failedFuture(new Refused(Problem.BAD_REQUEST, "The client has gone"))
        : request.toWebSocket().map(socket -> {
          open(request, socket, who);
          return null;
        });
  }

  /**
   * Answers a request with the events of a room. Completes when the stream has begun. Any thread: who is to be identified
   * first may share the answer to another edge's question.
   *
   * @param since null to begin with the last messages
   * @return fails with Refused, and then the caller answers; ROOM_NOT_FOUND also when the room has another name by now
   */
  public Future<Void> stream(HttpServerRequest request, Principal who, Room room, Position since) {
    Promise<Void> begun = Promise.promise();
    context.runOnContext(here -> arrivals.join(() -> streams.open(request, who, room, since)).onComplete(begun));
    return begun.future();
  }

  /** One failing session must not keep the others from being checked. */
  private static void make(Visit visit, long now, Instant wall) {
    try {
      visit.make(now, wall);
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("{} is cut off, since it cannot be looked after", visit.session().connId(), e);
      visit.session().outbox().abort();
    }
  }

  private Future<Principal> verified(String token) {
    return token == null ? Future.failedFuture(new Refused(Problem.UNAUTHORIZED, "There is no access token"))
        : tokens.verifyAccess(token).compose(revocations::use);
  }

  private void open(HttpServerRequest request, ServerWebSocket socket, AsyncResult<Principal> who) {
    if (who.failed()) {
      Refused refused = Refused.of(who.cause());
      // A key that could not be looked up may be as good as ever.
      turnAway(request, socket, refused,
          refused.problem() == Problem.UNAVAILABLE ? CloseCode.OVERLOADED : CloseCode.UNAUTHORIZED);
    } else if (!revocations.allows(who.result())) {
      // Revoked during the upgrade: it was not among the sockets that were told.
      turnAway(request, socket, new Refused(Problem.UNAUTHORIZED), CloseCode.UNAUTHORIZED);
    } else if (shut) {
      socket.close((short) CloseCode.RESTART.code(), CloseCode.RESTART.reason());
    } else if (!node.admit(who.result().userId(), settings.webSocket().maxSocketsPerUser())) {
      metrics.limited("sockets", who.result().username(), addresses.of(request), "handshake");
      turnAway(request, socket, new Refused(Problem.TOO_MANY_SOCKETS), CloseCode.ABUSE);
    } else {
      metrics.handshake(SocketMetrics.ACCEPTED);
      open(socket, who.result(), addresses.of(request), EventLoop.traceparent(request.headers()));
    }
  }

  private void open(ServerWebSocket socket, Principal who, String address, String traceparent) {
    if (!UpgradedSocket.isOpen(socket)) {
      node.release(who.userId());
      return;
    }
    Session.open(sessionContext, ConnId.next(), who, address, handlers,
        session -> new SocketHandler(session, sessionContext.loop()).takeOver(socket)).greet(traceparent);
  }

  private void turnAway(HttpServerRequest request, ServerWebSocket socket, Refused refused, CloseCode closeCode) {
    tell(request, refused);
    byte[] error = FrameCodec.encode(ErrorFrame.of(refused.problem(), null, null));
    socket.writeTextMessage(new String(error, StandardCharsets.UTF_8));
    socket.close((short) closeCode.code(), closeCode.reason());
  }

  /** Only the failure's class: the messages of others' exceptions may contain the URL, and with it the token. */
  private void tell(HttpServerRequest request, Throwable failure) {
    Problem problem = failure instanceof Refused refused ? refused.problem() : Problem.BAD_REQUEST;
    metrics.handshake(problem.code());
    LOG.info("handshake refused: {} ({}) address={} origin={} host={}", problem.code(),
        failure instanceof Refused ? failure.getMessage() : failure.getClass().getSimpleName(), addresses.of(request),
        request.getHeader(HttpHeaders.ORIGIN), request.getHeader(HttpHeaders.HOST));
  }

  private void revoke(AuthApi.Revoked revoke) {
    Set<String> dead = revoke.tokens().stream().map(BlockedToken::jti).collect(Collectors.toSet());
    Set<Long> disabled = new HashSet<>(revoke.disabledUsers());
    for (Session session : sessionContext.hub().sessions()) {
      Principal who = session.principal();
      if (dead.contains(who.jti()) || disabled.contains(who.userId()) || who.signedBy() != null
          && revoke.withdrawnKeys().contains(who.signedBy())) {
        session.unauthorized();
      }
    }
  }
}
