package io.fastroom;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.Keys;
import io.fastroom.auth.LiveRevocations;
import io.fastroom.auth.OidcAccounts;
import io.fastroom.auth.OidcProvider;
import io.fastroom.auth.OidcTokens;
import io.fastroom.auth.Passwords;
import io.fastroom.auth.RateLimits;
import io.fastroom.auth.RedisRateLimits;
import io.fastroom.auth.Tokens;
import io.fastroom.bridge.BridgeVerticle;
import io.fastroom.bridge.DeploymentLease;
import io.fastroom.bus.Bus;
import io.fastroom.edge.Doors;
import io.fastroom.edge.Edge;
import io.fastroom.edge.OpenConnections;
import io.fastroom.http.HttpVerticle;
import io.fastroom.http.RestLimits;
import io.fastroom.internals.DirectMemory;
import io.fastroom.mail.MailVerticle;
import io.fastroom.management.ManagementVerticle;
import io.fastroom.management.Metrics;
import io.fastroom.management.Phase;
import io.fastroom.management.Scaling;
import io.fastroom.model.NodeId;
import io.fastroom.net.ForwardedNotice;
import io.fastroom.net.TrustedProxies;
import io.fastroom.persistence.Migrations;
import io.fastroom.persistence.Persistence;
import io.fastroom.presence.PresenceVerticle;
import io.fastroom.room.RoomVerticle;
import io.fastroom.settings.Settings;
import io.fastroom.watch.WatchVerticle;
import io.fastroom.webhook.WebhookVerticle;
import io.fastroom.websocket.NodeSockets;
import io.fastroom.websocket.SessionApi;
import io.fastroom.websocket.SocketBudget;
import io.fastroom.websocket.SocketMetrics;
import io.fastroom.websocket.WebSocketVerticle;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** The verticles of a node, in the order they are deployed: whoever is asked comes before whoever asks. */
final class Node {
  /** Enough for a migration that rewrites every row; how long to wait for PostgreSQL is up to Migrations. */
  private static final long MIGRATION_SECONDS = 4 * 3600;

  private final Settings settings;
  private final Vertx vertx;
  private final MeterRegistry registry;
  private final Bus bus;

  Node(Settings settings, Vertx vertx, MeterRegistry registry) {
    this.settings = settings;
    this.vertx = vertx;
    this.registry = registry;
    Bus.install(vertx);
    this.bus = new Bus(vertx);
  }

  void deploy(Deployments to, Metrics metrics, Phase phase) throws Exception {
    NodeId id = NodeId.boot(settings.node().serverId());
    Scaling scaling = new Scaling(vertx);
    NodeSockets sockets = new NodeSockets(new SocketBudget(socketBuffer(), registry));
    to.deploy("management", new ManagementVerticle(settings.management(), bus, metrics, phase, scaling,
        sockets.frames()::holds));
    Settings.Database database = settings.database();
    to.await(new Migrations(vertx, database.url()).up(), MIGRATION_SECONDS);
    Persistence persistence =
        new Persistence(vertx, bus, database.url(), database.replicaUrl(), database.poolSize(),
            settings.http().writeRate() > 0, settings.mail() != null, registry);
    to.connected("connections to PostgreSQL", persistence::close);
    to.deploy("housekeeping", persistence.housekeeping(settings.retention()).get());
    to.scale("persistence", settings.verticles().persistence(), scaling, persistence.verticle());
    if (settings.mail() != null) {
      to.deploy("mail", new MailVerticle(bus, settings.mail(), registry));
    }
    to.deploy("chat writer", persistence.chatWriter().get());
    to.deploy("deployment", new DeploymentLease(bus, settings, id));
    to.scale("presence", settings.verticles().presence(), scaling,
        PresenceVerticle.supplier(bus, settings, id, registry));
    to.deploy("bridge", new BridgeVerticle(bus, settings, id));
    to.deploy("rooms", new RoomVerticle(bus, settings, registry));
    to.deploy("lists of rooms", new WatchVerticle(bus, registry));
    to.deploy("webhooks", new WebhookVerticle(bus, settings, id, registry));
    OidcProvider provider = provider(to);
    LiveRevocations revocations = new LiveRevocations(bus, key -> provider != null && provider.trusts(key));
    to.deploy("revocations", revocations);
    to.scale("edge", settings.verticles().edge(), scaling,
        edges(accessTokens(provider), revocations, rateLimits(to), sockets));
  }

  /** From now on handshakes are answered with 503. Any thread. */
  void shutDoor() {
    bus.announce(SessionApi.SHUT_DOOR, new SessionApi.ShutDoor());
  }

  /** Null when there is none. */
  private OidcProvider provider(Deployments to) throws Exception {
    if (settings.identity().provider() == null) {
      return null;
    }
    OidcProvider provider = new OidcProvider(bus, settings.identity().provider(), registry);
    to.deploy("identity provider", provider);
    return provider;
  }

  private AccessTokens accessTokens(OidcProvider provider) {
    return new AccessTokens(new Tokens(vertx, settings.tokens()), new Keys(bus), provider == null ? null
        : new OidcTokens(provider, new OidcAccounts(bus, settings.identity().provider().issuer()), registry));
  }

  private RateLimits rateLimits(Deployments to) throws Exception {
    if (settings.http().authRatePerMinute() == 0 && settings.http().writeRate() == 0
        && settings.mail() == null) {
      return new RateLimits.Unlimited();
    }
    RedisRateLimits limits = new RedisRateLimits(bus, settings.redis());
    to.deploy("rate limits", limits);
    return limits;
  }

  private long socketBuffer() {
    int given = settings.memory().socketBufferMb();
    return given > 0 ? (long) given << 20 : DirectMemory.max() / 4;
  }

  private Supplier<Edge> edges(AccessTokens tokens, LiveRevocations revocations, RateLimits limits,
                               NodeSockets sockets) {
    Passwords passwords = new Passwords(vertx);
    RestLimits shares = new RestLimits(vertx, settings.http(), limits, registry);
    SocketMetrics socketMetrics = new SocketMetrics(registry);
    Doors doors = Doors.of(settings.http(), OpenConnections.ofHeap(), shares, registry);
    ForwardedNotice forwarded = new ForwardedNotice(new TrustedProxies(settings.http().trustedProxies()));
    return () -> new Edge(settings, doors, forwarded,
        streams -> new HttpVerticle(bus, settings, tokens, passwords, revocations, shares, registry, streams),
        () -> new WebSocketVerticle(settings, bus, tokens, revocations, sockets, socketMetrics));
  }
}
