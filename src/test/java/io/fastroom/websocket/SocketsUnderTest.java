package io.fastroom.websocket;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.Keys;
import io.fastroom.auth.Principal;
import io.fastroom.auth.RateLimits;
import io.fastroom.auth.Tokens;
import io.fastroom.bus.Bus;
import io.fastroom.edge.Doors;
import io.fastroom.edge.Edge;
import io.fastroom.http.Requests;
import io.fastroom.http.RestLimits;
import io.fastroom.model.User;
import io.fastroom.net.ForwardedNotice;
import io.fastroom.net.TrustedProxies;
import io.fastroom.settings.Settings;
import io.fastroom.support.TestSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** An edge with its sockets and stand-in rooms, on a port of its own. */
final class SocketsUnderTest implements AutoCloseable {
  static final Duration STALL = Duration.ofSeconds(3);

  private static final AtomicLong USERS = new AtomicLong();

  private record NoHttp() implements Requests {
    @Override
    public void handle(HttpServerRequest request) {
      request.response().setStatusCode(404).end();
    }

    @Override
    public Future<?> deploy(Context context) {
      return Future.succeededFuture();
    }
  }

  final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  final Bus bus = new Bus(vertx);
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final StandInRooms rooms = new StandInRooms(bus);
  final Set<String> blocked = ConcurrentHashMap.newKeySet();
  final Tokens tokens;
  private final List<RawSocket> open = new ArrayList<>();
  private final String edgeId;
  private final int port;

  /** @param namesAndValues of settings, in turn */
  SocketsUnderTest(String... namesAndValues) {
    Bus.install(vertx);
    List<String> given = new ArrayList<>(List.of("SERVER_ID", "node-a", "DRAIN_SECONDS", "2", "ACCESS_TOKEN_EXP_SECONDS",
        "3600"));
    given.addAll(List.of(namesAndValues));
    Settings settings = TestSettings.of(given.toArray(String[]::new));
    tokens = new Tokens(vertx, settings.tokens());
    AccessTokens access = new AccessTokens(tokens, new Keys(bus));
    long buffer = settings.memory().socketBufferMb() > 0 ? (long) settings.memory().socketBufferMb() << 20 : Long.MAX_VALUE;
    NodeSockets node = new NodeSockets(new SocketBudget(buffer, registry));
    SocketMetrics metrics = new SocketMetrics(registry);
    Edge edge = new Edge(settings, Doors.of(settings.http(), Long.MAX_VALUE,
        new RestLimits(vertx, settings.http(), new RateLimits.Unlimited(), registry), registry),
        new ForwardedNotice(new TrustedProxies(settings.http().trustedProxies())), streams -> new NoHttp(),
        () -> new WebSocketVerticle(settings, bus, access, this::allows, node, metrics, STALL));
    vertx.deployVerticle(rooms).await();
    edgeId = vertx.deployVerticle(edge).await();
    port = edge.port();
  }

  private boolean allows(Principal principal) {
    return !blocked.contains(principal.jti());
  }

  static User user() {
    long id = USERS.incrementAndGet();
    return new User(id, "user_" + id, null, null, false);
  }

  int port() {
    return port;
  }

  /** A socket of a user of its own, after the banner. */
  RawSocket connect() throws IOException {
    return connect(user());
  }

  RawSocket connect(User user) throws IOException {
    RawSocket socket = raw("/ws?access_token=" + tokens.sign(user).access());
    socket.json("system");
    return socket;
  }

  RawSocket raw(String path, String... headers) throws IOException {
    return raw(0, path, headers);
  }

  RawSocket raw(int receiveBuffer, String path, String... headers) throws IOException {
    RawSocket socket = new RawSocket(port, path, receiveBuffer, headers);
    open.add(socket);
    return socket;
  }

  RawSocket joined(User user, String room) throws IOException {
    RawSocket socket = connect(user);
    join(socket, room);
    return socket;
  }

  /** Joins and reads on to the history, which it returns. */
  static JsonObject join(RawSocket socket, String room) throws IOException {
    socket.send(frame("join").put("room", room));
    return socket.json("history");
  }

  static JsonObject frame(String type) {
    return new JsonObject().put("type", type);
  }

  static JsonObject chat(String room, String text) {
    return frame("chat").put("room", room).put("message", text);
  }

  double counted(String meter, String... tags) {
    return registry.get(meter).tags(tags).meter().measure().iterator().next().getValue();
  }

  static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("did not happen within 10 s");
      }
      Thread.sleep(5);
    }
  }

  Future<Void> undeploy() {
    return vertx.undeploy(edgeId);
  }

  @Override
  public void close() throws IOException {
    for (RawSocket socket : open) {
      socket.close();
    }
    vertx.close().await();
  }
}
