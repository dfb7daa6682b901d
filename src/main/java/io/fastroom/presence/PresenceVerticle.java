package io.fastroom.presence;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.NodeId;
import io.fastroom.model.Problem;
import io.fastroom.presence.PresenceApi.Adopt;
import io.fastroom.presence.PresenceApi.Adopted;
import io.fastroom.presence.PresenceApi.Change;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Leave;
import io.fastroom.presence.PresenceApi.Refresh;
import io.fastroom.presence.PresenceApi.Refreshed;
import io.fastroom.presence.PresenceApi.Restore;
import io.fastroom.presence.PresenceApi.Restored;
import io.fastroom.redis.Channels;
import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisApi;
import io.fastroom.redis.RedisConnector;
import io.fastroom.redis.RedisLink;
import io.fastroom.redis.SharedClock;
import io.fastroom.settings.Settings;
import io.fastroom.wire.ChannelMessage;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
  private static final LuaScript JOIN = LuaScript.load("version.lua", "join.lua");
  private static final LuaScript LEAVE = LuaScript.load("version.lua", "leave.lua");
  private static final LuaScript REFRESH = LuaScript.load("refresh.lua");
  private static final LuaScript RESTORE = LuaScript.load("version.lua", "restore.lua");
  private static final LuaScript ADOPT = LuaScript.load("version.lua", "adopt.lua");
  private static final long TICK_MILLIS = 1_000;
  private static final int CHUNK = 200;
  private static final int MAX_REASONS = 8;
  /**
   * Of the lists of a room beyond the last heartbeat written: nothing stays in Redis for ever, and they outlive a clock
   * that is set forward by a day.
   */
  private static final long KEEP_MILLIS = TimeUnit.DAYS.toMillis(2);

  private final Bus bus;
  private final NodeId node;
  private final Settings.Redis settings;
  private final String name;
  private final long ttl;
  private final SharedClock clock;
  private final ExpiryGuard guard;
  private final Channels channels;
  private RedisLink redis;
  private PresenceScripts scripts;
  private PresenceExpiry expiry;
  private List<MessageConsumer<?>> consumers = List.of();
  private long ticking = -1;
  private boolean failed;
  /** What Redis has refused for since it last took everything, each reason once. */
  private final Set<String> said = new HashSet<>();

  PresenceVerticle(Bus bus, Settings settings, NodeId node, String name, SharedClock clock, ExpiryGuard guard) {
    this.bus = bus;
    this.node = node;
    this.settings = settings.redis();
    this.name = name;
    this.ttl = settings.webSocket().heartbeatTtl().toMillis();
    this.clock = clock;
    this.guard = guard;
    this.channels = new Channels(settings.redis().prefix());
  }

  /** Makes the instances of one node; to be kept for as long as the node lives, later instances included. */
  public static Supplier<PresenceVerticle> supplier(Bus bus, Settings settings, NodeId node, MeterRegistry registry) {
    SharedClock clock = new SharedClock(settings.redis().prefix());
    ExpiryGuard guard = new ExpiryGuard(settings.webSocket().heartbeatTtl().toMillis(), registry);
    AtomicInteger made = new AtomicInteger();
    return () -> new PresenceVerticle(bus, settings, node, "presence " + made.incrementAndGet(), clock, guard);
  }

  /** Starts also while Redis is away. */
  @Override
  public Future<?> start() {
    RedisConnector connector = RedisConnector.forKeys(vertx, settings.servers());
    redis = new RedisLink(vertx, connector, "presence", guard::broken);
    scripts = new PresenceScripts(connector, redis, clock, settings.prefix());
    expiry = new PresenceExpiry(scripts, node, channels, guard, ttl, keep());
    ticking = vertx.setPeriodic(TICK_MILLIS, timer -> tick());
    return redis.start().compose(started -> Future.all(List.of(
        bus.answer(PresenceApi.JOIN, question -> done(join(question))),
        bus.answer(PresenceApi.LEAVE, question -> done(leave(question))),
        bus.answer(PresenceApi.REFRESH, question -> done(refresh(question))),
        bus.answer(PresenceApi.REFRESH_ALL, question -> done(refresh(question.rooms()))),
        bus.answer(PresenceApi.RESTORE, question -> done(restore(question))),
        bus.answer(PresenceApi.ADOPT, question -> done(adopt(question))),
        bus.answer(PresenceApi.SWEEP, question -> done(expiry.sweep(question))),
        bus.answer(PresenceApi.GLANCE, question -> done(expiry.glance(question.rooms()))),
        bus.answer(PresenceApi.SNAPSHOT, question -> done(expiry.snapshot(question))))))
        .onSuccess(all -> consumers = all.list())
        .onSuccess(all -> tick());
  }

  /** Takes no more questions, answers those it has taken, and only then lets go of Redis. */
  @Override
  public Future<?> stop() {
    // Without a connection it would say that Redis is away.
    vertx.cancelTimer(ticking);
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
        .transform(unregistered -> redis.settled())
        .compose(settled -> redis.stop());
  }

  /** Keeps the time, and with it proves that scripts can write. */
  private void tick() {
    done(scripts.agree()).onComplete(answer -> {
      bus.announce(RedisApi.HEALTH, new RedisApi.Health(name, answer.succeeded() && !failed));
      if (answer.succeeded() && !failed) {
        said.clear();
      }
      failed = false;
    });
  }

  private long keep() {
    return 3 * ttl + KEEP_MILLIS;
  }

  private Future<Change> join(Join question) {
    Entry entry = question.entry();
    return scripts.run(JOIN, keys(entry), now -> List.of(now, PresenceKeys.member(entry), entry.username(),
            node.serverId(), ttl, keep(), channels.room(entry.room()),
            ChannelMessage.presenceHead(node, question.roomId()),
            ChannelMessage.presenceTail(entry.room())))
        .map(PresenceVerticle::change);
  }

  private Future<Change> leave(Leave question) {
    Entry entry = question.entry();
    return scripts.run(LEAVE, keys(entry), now -> List.of(now, PresenceKeys.member(entry), entry.username(),
            channels.room(entry.room()), ChannelMessage.presenceHead(node, question.roomId()),
            question.silent() ? "" : ChannelMessage.presenceTail(entry.room())))
        .map(PresenceVerticle::change);
  }

  private Future<Void> adopt(Adopt question) {
    Entry entry = scripts.keys().parse(question.key());
    if (entry == null) {
      return Future.succeededFuture();
    }
    return scripts.run(ADOPT, keys(entry), now -> List.of(now, PresenceKeys.member(entry), entry.username(), ttl, keep(),
            channels.room(entry.room()), ChannelMessage.adoptionHead(node), ChannelMessage.presenceTail(entry.room())))
        .<Void>mapEmpty().onSuccess(done -> bus.announce(PresenceApi.ADOPTED, new Adopted(entry.room())));
  }

  private List<String> keys(Entry entry) {
    PresenceKeys keys = scripts.keys();
    return List.of(keys.version(entry.room()), keys.heartbeat(entry), keys.index(entry.room()),
        keys.connections(entry.room()));
  }

  private static Change change(Response answer) {
    return new Change(answer.get(0).toInteger() == 1, answer.get(1).toLong());
  }

  private Future<Refreshed> refresh(Refresh question) {
    List<Future<List<Refreshed>>> chunks = chunks(question.entries())
        .map(some -> refresh(List.of(new Refresh(question.roomId(), question.room(), some)))).toList();
    return Future.all(chunks).map(all -> new Refreshed(
        chunks.stream().flatMap(chunk -> chunk.result().get(0).lost().stream()).toList(),
        chunks.get(chunks.size() - 1).result().get(0).quietUntil()));
  }

  /** Of a cluster each room is a call of its own, and one whose slot is moving takes nothing from the others. */
  private Future<List<Refreshed>> refresh(List<Refresh> rooms) {
    if (!scripts.keys().cluster()) {
      return refreshTogether(rooms);
    }
    List<Future<List<Refreshed>>> each = rooms.stream().map(room -> done(refreshTogether(List.of(room)))).toList();
    Refreshed unknown = new Refreshed(List.of(), System.nanoTime());
    return Future.join(each).transform(all -> all.failed() && each.stream().noneMatch(Future::succeeded)
        ? Future.failedFuture(all.cause())
        : Future.succeededFuture(each.stream().map(one -> one.succeeded() ? one.result().get(0) : unknown).toList()));
  }

  private Future<List<Refreshed>> refreshTogether(List<Refresh> rooms) {
    long asking = System.nanoTime();
    PresenceKeys names = scripts.keys();
    List<String> keys = new ArrayList<>();
    for (Refresh room : rooms) {
      keys.add(names.index(room.room()));
      keys.add(names.connections(room.room()));
      room.entries().forEach(entry -> keys.add(names.heartbeat(entry)));
    }
    return scripts.run(REFRESH, keys, now -> {
      List<Object> arguments = new ArrayList<>(List.of(now, node.serverId(), ttl, keep()));
      for (Refresh room : rooms) {
        arguments.add(room.entries().size());
        room.entries().forEach(entry -> arguments.add(PresenceKeys.member(entry)));
      }
      return arguments;
    }).map(answer -> IntStream.range(0, rooms.size())
        .mapToObj(i -> refreshed(rooms.get(i).entries(), answer.get(i), asking)).toList());
  }

  private static Refreshed refreshed(List<Entry> entries, Response answer, long asking) {
    return new Refreshed(
        StreamSupport.stream(answer.spliterator(), false).skip(1).map(each -> entries.get(each.toInteger())).toList(),
        asking + TimeUnit.MILLISECONDS.toNanos(answer.get(0).toLong()));
  }

  private Future<Restored> restore(Restore question) {
    List<Future<Response>> chunks = chunks(question.entries()).map(some -> restore(question, some)).toList();
    return Future.all(chunks).map(all -> {
      List<String> joined = new ArrayList<>();
      long version = 0;
      for (Future<Response> chunk : chunks) {
        version = Math.max(version, chunk.result().get(0).toLong());
        chunk.result().get(1).forEach(user -> joined.add(user.toString()));
      }
      return new Restored(List.copyOf(joined), version);
    });
  }

  private Future<Response> restore(Restore question, List<Entry> entries) {
    PresenceKeys names = scripts.keys();
    String room = question.room();
    List<String> keys = new ArrayList<>(List.of(names.version(room), names.index(room), names.connections(room)));
    entries.forEach(entry -> keys.add(names.heartbeat(entry)));
    return scripts.run(RESTORE, keys, now -> {
      List<Object> arguments = new ArrayList<>(List.of(now, node.serverId(), ttl, keep(), channels.room(room),
          ChannelMessage.presenceHead(node, question.roomId()), ChannelMessage.presenceTail(room)));
      entries.forEach(entry -> arguments.addAll(List.of(PresenceKeys.member(entry), entry.username())));
      return arguments;
    });
  }

  /** Every script would say the same, each second. */
  private void tell(String failure) {
    String why = failure.replaceFirst(" script: .*", "");
    if (said.size() < MAX_REASONS && said.add(why)) {
      LOG.warn("presence in redis: {}", why);
    }
  }

  private static Stream<List<Entry>> chunks(List<Entry> entries) {
    return IntStream.rangeClosed(0, (entries.size() - 1) / CHUNK).mapToObj(i ->
        entries.subList(i * CHUNK, Math.min(entries.size(), (i + 1) * CHUNK)));
  }

  /** What Redis itself refuses (out of memory, a right we lack) is as good as away. */
  private <T> Future<T> done(Future<T> answer) {
    return answer.recover(failure -> {
      if (!(failure instanceof Refused)) {
        failed = true;
        // Of one room's key that another program made something else the others' heartbeats know nothing.
        if (!String.valueOf(failure.getMessage()).contains("WRONGTYPE")) {
          guard.broken();
        }
        tell(failure.toString());
      }
      return Future.failedFuture(failure instanceof Refused ? failure : new Refused(Problem.UNAVAILABLE));
    });
  }
}
