package io.fastroom.presence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.NodeId;
import io.fastroom.model.Problem;
import io.fastroom.presence.PresenceApi.Adopt;
import io.fastroom.presence.PresenceApi.Change;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Leave;
import io.fastroom.presence.PresenceApi.Refresh;
import io.fastroom.presence.PresenceApi.Refreshed;
import io.fastroom.redis.Channels;
import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.settings.RedisUrl;
import io.fastroom.settings.Settings;
import io.fastroom.wire.ChannelMessage;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@link PresenceApi}: every question is one call of a script, in which Redis changes the truth and tells the
 * other nodes of it, so that the order on the channel is the order of the truth.
 *
 * <p>Thread: its own context; any number of instances, each with a connection of its own. A JOIN and a LEAVE of the
 * same connection may overtake one another when both are under way.
 */
public final class PresenceVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.rooms");
  private static final LuaScript JOIN = LuaScript.load("join.lua");
  private static final LuaScript LEAVE = LuaScript.load("leave.lua");
  private static final LuaScript REFRESH = LuaScript.load("refresh.lua");
  private static final LuaScript ADOPT = LuaScript.load("adopt.lua");
  private static final int REFRESH_CHUNK = 200;
  /** Of the keys of a room beyond the last heartbeat written: nothing stays in Redis for ever. */
  private static final long KEEP_MILLIS = 60_000;

  private final Bus bus;
  private final NodeId node;
  private final String url;
  private final long ttl;
  private final ExpiryGuard continuity;
  private RedisConnector connector;
  private RedisLink redis;
  private PresenceExpiry check;
  private List<MessageConsumer<?>> consumers = List.of();

  PresenceVerticle(Bus bus, Settings settings, NodeId node, ExpiryGuard continuity) {
    this.bus = bus;
    this.node = node;
    this.url = settings.redis().url();
    this.ttl = settings.webSocket().heartbeatTtl().toMillis();
    this.continuity = continuity;
  }

  /** Makes the instances of one node; to be kept for as long as the node lives, later instances included. */
  public static Supplier<PresenceVerticle> supplier(Bus bus, Settings settings, NodeId node) {
    ExpiryGuard continuity = new ExpiryGuard();
    return () -> new PresenceVerticle(bus, settings, node, continuity);
  }

  /** Starts also while Redis is away. */
  @Override
  public Future<?> start() {
    connector = RedisConnector.forKeys(vertx, RedisUrl.parse(url));
    redis = new RedisLink(vertx, connector, "presence", continuity::broken);
    check = new PresenceExpiry(redis, this::keys, node, continuity, ttl, keep());
    return redis.start().compose(started -> Future.all(List.of(
        bus.answer(PresenceApi.JOIN, question -> done(join(question))),
        bus.answer(PresenceApi.LEAVE, question -> done(leave(question))),
        bus.answer(PresenceApi.REFRESH, question -> done(refresh(question))),
        bus.answer(PresenceApi.ADOPT, question -> done(adopt(question))),
        bus.answer(PresenceApi.SWEEP, question -> done(check.sweep(question))),
        bus.answer(PresenceApi.SNAPSHOT, question -> done(check.snapshot(question))))))
        .onSuccess(all -> consumers = all.list());
  }

  /** Takes no more questions, answers those it has taken, and only then lets go of Redis. */
  @Override
  public Future<?> stop() {
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .transform(unregistered -> redis.settled())
        .compose(settled -> redis.stop());
  }

  private PresenceKeys keys() {
    return new PresenceKeys(connector.cluster());
  }

  private long keep() {
    return 3 * ttl + KEEP_MILLIS;
  }

  private Future<Change> join(Join question) {
    Entry entry = question.entry();
    return JOIN.run(redis, keys(entry), List.of(PresenceKeys.member(entry), entry.username(), node.serverId(), ttl,
            keep(), Channels.room(entry.room()), ChannelMessage.presenceHead(node, question.roomId()),
            question.silent() ? "" : ChannelMessage.presenceTail(entry.room())))
        .map(PresenceVerticle::change);
  }

  private Future<Change> leave(Leave question) {
    Entry entry = question.entry();
    return LEAVE.run(redis, keys(entry), List.of(PresenceKeys.member(entry), entry.username(),
            Channels.room(entry.room()), ChannelMessage.presenceHead(node, question.roomId()),
            question.silent() ? "" : ChannelMessage.presenceTail(entry.room())))
        .map(PresenceVerticle::change);
  }

  private Future<Void> adopt(Adopt question) {
    Entry entry = keys().parse(question.key());
    if (entry == null) {
      return Future.succeededFuture();
    }
    return ADOPT.run(redis, keys(entry), List.of(PresenceKeys.member(entry), entry.username(), ttl, keep(),
            Channels.room(entry.room()), ChannelMessage.adoptionHead(node), ChannelMessage.presenceTail(entry.room())))
        .mapEmpty();
  }

  private List<String> keys(Entry entry) {
    PresenceKeys keys = keys();
    return List.of(keys.heartbeat(entry), keys.index(entry.room()), keys.connections(entry.room()));
  }

  private static Change change(Response answer) {
    return new Change(answer.get(0).toInteger() == 1, answer.get(1).toLong());
  }

  private Future<Refreshed> refresh(Refresh question) {
    List<Future<Response>> chunks = new ArrayList<>();
    for (int from = 0; from < question.entries().size(); from += REFRESH_CHUNK) {
      int to = Math.min(question.entries().size(), from + REFRESH_CHUNK);
      chunks.add(refresh(question, question.entries().subList(from, to)));
    }
    return Future.all(chunks).map(all -> {
      List<String> joined = new ArrayList<>();
      long version = 0;
      for (Future<Response> chunk : chunks) {
        version = Math.max(version, chunk.result().get(0).toLong());
        chunk.result().get(1).forEach(user -> joined.add(user.toString()));
      }
      return new Refreshed(List.copyOf(joined), version);
    });
  }

  private Future<Response> refresh(Refresh question, List<Entry> entries) {
    PresenceKeys names = keys();
    List<String> keys = new ArrayList<>(List.of(names.index(question.room()), names.connections(question.room())));
    List<Object> args = new ArrayList<>(List.of(node.serverId(), ttl, keep(), Channels.room(question.room()),
        ChannelMessage.presenceHead(node, question.roomId()), ChannelMessage.presenceTail(question.room())));
    for (Entry entry : entries) {
      keys.add(names.heartbeats(question.room()) + PresenceKeys.member(entry));
      args.add(PresenceKeys.member(entry));
      args.add(entry.username());
    }
    return REFRESH.run(redis, keys, args);
  }

  /** What Redis itself refuses (out of memory, a replica's answer) is as good as away. */
  private static <T> Future<T> done(Future<T> answer) {
    return answer.recover(failure -> {
      if (!(failure instanceof Refused)) {
        LOG.warn("presence in redis: {}", failure.toString());
      }
      return Future.failedFuture(failure instanceof Refused ? failure : new Refused(Problem.UNAVAILABLE));
    });
  }
}
