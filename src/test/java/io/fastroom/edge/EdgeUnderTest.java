package io.fastroom.edge;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.Keys;
import io.fastroom.auth.Passwords;
import io.fastroom.auth.Principal;
import io.fastroom.auth.RateLimits;
import io.fastroom.auth.Revocations;
import io.fastroom.auth.Tokens;
import io.fastroom.bus.Bus;
import io.fastroom.http.HttpVerticle;
import io.fastroom.http.RawHttp;
import io.fastroom.http.RestLimits;
import io.fastroom.model.User;
import io.fastroom.net.ForwardedNotice;
import io.fastroom.net.TrustedProxies;
import io.fastroom.settings.Settings;
import io.fastroom.support.TestSettings;
import io.fastroom.support.TestVertx;
import io.fastroom.websocket.NodeSockets;
import io.fastroom.websocket.SocketBudget;
import io.fastroom.websocket.SocketMetrics;
import io.fastroom.websocket.WebSocketVerticle;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;

/** The public port as it is, with nothing behind it: what needs a store is 503. */
final class EdgeUnderTest implements AutoCloseable {
  static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final String HANDSHAKE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: " + KEY + "\r\n";

  final Vertx vertx = TestVertx.create();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final Tokens tokens;
  final Bus bus;
  final int port;

  EdgeUnderTest(String... namesAndValues) {
    this(Integer.MAX_VALUE, namesAndValues);
  }

  /** @param connections how many it may have before some are closed */
  EdgeUnderTest(int connections, String... namesAndValues) {
    Bus.install(vertx);
    bus = new Bus(vertx);
    Settings settings = TestSettings.of(namesAndValues);
    tokens = new Tokens(vertx, settings.tokens());
    AccessTokens access = new AccessTokens(tokens, new Keys(bus));
    Passwords passwords = new Passwords(vertx);
    RestLimits limits = new RestLimits(vertx, settings.http(), new RateLimits.Unlimited(), registry);
    Edge edge = new Edge(settings, Doors.of(settings.http(), connections, limits, registry),
        new ForwardedNotice(new TrustedProxies(settings.http().trustedProxies())),
        streams -> new HttpVerticle(bus, settings, access, passwords, new Elsewhere(), limits, registry, streams),
        () -> new WebSocketVerticle(settings, bus, access, who -> true, new NodeSockets(new SocketBudget(Long.MAX_VALUE,
            new SimpleMeterRegistry())), new SocketMetrics(registry)));
    vertx.deployVerticle(edge).await();
    port = edge.port();
  }

  /** Answers on another thread, as the question of another edge about the same token is. */
  private static final class Elsewhere implements Revocations {
    @Override
    public boolean allows(Principal principal) {
      return true;
    }

    @Override
    public Future<Principal> use(Principal principal) {
      Promise<Principal> known = Promise.promise();
      new Thread(() -> known.complete(principal), "another edge").start();
      return known.future();
    }
  }

  String token() {
    return tokens.sign(new User(7, "alice", null, null, false)).access();
  }

  /** The whole first answer to these bytes. */
  String answer(String request) throws IOException {
    try (RawHttp http = new RawHttp(port)) {
      return http.send(request).answer();
    }
  }

  /** A good handshake with more headers, each with its line end. */
  String handshake(String path, String headers) {
    boolean host = headers.toLowerCase(java.util.Locale.ROOT).startsWith("host:");
    return "GET " + path + " HTTP/1.1\r\n" + (host ? "" : "Host: 127.0.0.1:" + port + "\r\n") + HANDSHAKE + headers + "\r\n";
  }

  int handshakeStatus(String headers) throws IOException {
    return RawHttp.status(answer(handshake("/ws?access_token=" + token(), headers)));
  }

  double handshakes(String outcome) {
    return registry.get("fastroom.handshakes").tag("outcome", outcome).counter().count();
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
