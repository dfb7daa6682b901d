package io.fastroom.redis;

import io.fastroom.auth.AuthApi;
import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.State;
import io.fastroom.bridge.BridgeVerticle;
import io.fastroom.bus.Address;
import io.fastroom.bus.Bus;
import io.fastroom.model.NodeId;
import io.fastroom.presence.PresenceVerticle;
import io.fastroom.settings.Settings;
import io.fastroom.support.TestSettings;
import io.fastroom.wire.Received;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The Redis parts of a node, with a bus of their own. */
public final class TestNode implements AutoCloseable {
  public final Vertx vertx = Vertx.vertx();
  public final List<Received> received = new CopyOnWriteArrayList<>();
  public final List<State> states = new CopyOnWriteArrayList<>();
  public final List<AuthApi.Revoked> revoked = new CopyOnWriteArrayList<>();
  public final List<AuthApi.Enabled> enabled = new CopyOnWriteArrayList<>();
  private final Bus bus;

  public TestNode(String redisUrl, String serverId, Duration ttl) {
    this(redisUrl, serverId, ttl, "secret", List.of());
  }

  public TestNode(String redisUrl, String serverId, Duration ttl, String secret, List<String> previousSecrets) {
    Bus.install(vertx);
    bus = new Bus(vertx);
    Settings base = TestSettings.of("REDIS_URL", redisUrl, "SERVER_ID", serverId, "FASTROOM_SECRET", secret,
        "FASTROOM_PREVIOUS_SECRETS", String.join(",", previousSecrets));
    Settings.WebSocket beating = TestSettings.with(base.webSocket(), "heartbeatInterval", ttl);
    Settings settings = TestSettings.with(base, "webSocket", TestSettings.with(beating, "heartbeatTtl", ttl));
    NodeId id = NodeId.boot(serverId);
    await(bus.hear(BridgeApi.RECEIVED, received::add));
    await(bus.hear(BridgeApi.STATE, states::add));
    await(bus.hear(AuthApi.REVOKED, revoked::add));
    await(bus.hear(AuthApi.ENABLED, enabled::add));
    Supplier<PresenceVerticle> presence = PresenceVerticle.supplier(bus, settings, id, new SimpleMeterRegistry());
    await(vertx.deployVerticle(presence::get, new DeploymentOptions().setInstances(2)));
    await(vertx.deployVerticle(new BridgeVerticle(bus, settings, id)));
  }

  public <Q, A> Future<A> later(Address<Q, A> to, Q question) {
    return bus.ask(to, question);
  }

  public <Q, A> A ask(Address<Q, A> to, Q question) {
    return await(bus.ask(to, question));
  }

  public <Q> void hear(Address<Q, Void> at, Consumer<Q> handler) {
    await(bus.hear(at, handler));
  }

  public <Q> void tell(Address<Q, Void> to, Q fact) {
    bus.tell(to, fact);
  }

  public State lastState() {
    return states.isEmpty() ? new State(false, false) : states.get(states.size() - 1);
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  /** Waits for a condition. */
  public static void until(Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit);
      }
      pause(20);
    }
  }

  public static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
