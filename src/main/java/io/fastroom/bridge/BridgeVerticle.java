package io.fastroom.bridge;

import io.fastroom.auth.AuthApi;
import io.fastroom.bridge.BridgeApi.Publish;
import io.fastroom.bridge.BridgeApi.PublishAll;
import io.fastroom.bridge.BridgeApi.State;
import io.fastroom.bus.Bus;
import io.fastroom.model.NodeId;
import io.fastroom.model.Revocation;
import io.fastroom.presence.KeyspaceEvents;
import io.fastroom.redis.Channels;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.redis.Subscriber;
import io.fastroom.settings.RedisUrl;
import io.fastroom.settings.Settings;
import io.fastroom.wire.ChannelMessage;
import io.fastroom.wire.Macs;
import io.fastroom.wire.Received;
import io.fastroom.wire.Received.Origin;
import io.fastroom.wire.RevokeMessage;
import io.fastroom.wire.WatchHints;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The node's road to the other nodes: answers {@link BridgeApi}, hears the channels of the live rooms, and proves to
 * itself every second, by a message through Redis, that it does.
 *
 * <p>Thread: its own context; one instance a node. Limits: deaf for {@link #DEAF_NANOS}, it makes its connections anew.
 */
public final class BridgeVerticle extends VerticleBase {
  private static final long PROBE_MILLIS = 1_000;
  private static final long DEAF_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int PUBLISH_CHUNK = 1_000;

  private final Bus bus;
  private final Settings settings;
  private final NodeId node;
  private final ChannelMessage wire;
  private final Channels channels;
  private RedisLink commands;
  private Subscriber subscriber;
  private KeyspaceEvents keyEvents;
  private boolean subscribed;
  private boolean missed;
  private boolean up;
  private long heardAt;

  public BridgeVerticle(Bus bus, Settings settings, NodeId node) {
    this.bus = bus;
    this.settings = settings;
    this.node = node;
    this.channels = new Channels(settings.redis().prefix());
    this.wire = new ChannelMessage(node, new Macs(settings.tokens().secret(), settings.tokens().previousSecrets()));
  }

  /** Starts also while Redis is away. */
  @Override
  public Future<?> start() {
    RedisUrl url = settings.redis().servers();
    RedisConnector connector = RedisConnector.forChannels(vertx, url);
    commands = new RedisLink(vertx, connector, "publishing", () -> { });
    commands.onDemoted(this::leave);
    subscriber = new Subscriber(vertx, RedisConnector.forChannels(vertx, url), "rooms",
        connection -> Future.succeededFuture(), this::heard, this::subscription);
    subscriber.subscribe(channels.control());
    subscriber.subscribe(channels.watch());
    subscriber.subscribe(channels.probe(node));
    return commands.start().compose(tried -> {
      keyEvents = new KeyspaceEvents(vertx, bus, settings.redis().prefix(), channels.probe(node), connector,
          commands);
      return Future.all(subscriber.start(), keyEvents.start());
    }).compose(tried -> {
      vertx.setPeriodic(PROBE_MILLIS, timer -> everySecond());
      return Future.all(List.of(
          bus.hear(BridgeApi.PUBLISH, this::publish),
          bus.answer(BridgeApi.SUBSCRIBE, question -> subscriber.subscribe(channels.room(question.room()))),
          bus.hear(BridgeApi.UNSUBSCRIBE, question -> subscriber.unsubscribe(channels.room(question.room()))),
          bus.hear(BridgeApi.HINT, hint -> commands.send(request(channels.watch(), 0, 0, hint.hints().encode()))),
          bus.answer(BridgeApi.REVOKE, this::revoke)));
    });
  }

  @Override
  public Future<?> stop() {
    return Future.all(subscriber.stop(), commands.stop(), keyEvents.stop());
  }

  // Out

  private void publish(PublishAll all) {
    List<Request> requests = new ArrayList<>(all.events().size());
    for (Publish event : all.events()) {
      String channel = channels.room(event.room());
      requests.add(request(channel, event.roomId(), event.seq(), event.json()));
    }
    for (int from = 0; from < requests.size(); from += PUBLISH_CHUNK) {
      // What does not get through is healed from PostgreSQL by those who miss it.
      commands.sendAll(requests.subList(from, Math.min(requests.size(), from + PUBLISH_CHUNK)));
    }
  }

  private Request request(String channel, long roomId, long seq, byte[] json) {
    return Request.cmd(Command.PUBLISH).arg(channel).arg(wire.encode(channel, roomId, seq, json));
  }

  private Future<Void> revoke(Revocation fact) {
    tell(fact);
    return commands.send(request(channels.control(), 0, 0, RevokeMessage.encode(fact))).<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private void tell(Revocation fact) {
    if (!fact.enabled().isEmpty()) {
      bus.announce(AuthApi.ENABLED, new AuthApi.Enabled(fact.enabled()));
    }
    if (!fact.tokens().isEmpty() || !fact.disabled().isEmpty()) {
      bus.announce(AuthApi.REVOKED, new AuthApi.Revoked(fact.tokens(), fact.disabled()));
    }
  }

  // In

  private void heard(String channel, byte[] payload) {
    if (channel.equals(channels.probe(node))) {
      probed();
      return;
    }
    Received event = wire.decode(channel, channels.roomOf(channel), payload);
    if (event == null) {
      return;
    }
    if (channel.equals(channels.watch())) {
      if (event.origin() == Origin.NODE) {
        bus.announce(BridgeApi.HINTED, new BridgeApi.Hint(WatchHints.decode(event.json())));
      }
    } else if (!channel.equals(channels.control())) {
      bus.announce(BridgeApi.RECEIVED, event);
    } else if (event.origin() == Origin.NODE) {
      tell(RevokeMessage.decode(event.json()));
    }
  }

  // Whether this node hears itself

  private void subscription(boolean there, boolean anew) {
    subscribed = there;
    missed |= anew;
    heardAt = System.nanoTime();
    if (there) {
      probe();
    } else {
      state(false);
    }
  }

  private void probe() {
    commands.send(Request.cmd(Command.PUBLISH).arg(channels.probe(node)).arg("probe"));
  }

  private void probed() {
    heardAt = System.nanoTime();
    keyEvents.proveAll();
    if (!up) {
      state(true);
    }
  }

  /** The server is a replica now, which still passes on what its master publishes. */
  private void leave() {
    subscriber.remake();
    keyEvents.remake();
  }

  private void everySecond() {
    if (subscribed && System.nanoTime() - heardAt > DEAF_NANOS) {
      leave();
      commands.remake();
    }
    probe();
    state(up);
  }

  private void state(boolean now) {
    up = now;
    bus.announce(BridgeApi.STATE, new State(up, up && missed));
    missed &= !up;
  }
}
