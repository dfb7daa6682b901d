package io.fastroom.room;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MemberUpdate;
import io.fastroom.model.RoomEvent.RoomDeleted;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.persistence.ChatApi;
import io.fastroom.presence.PresenceApi;
import io.fastroom.room.RoomApi.Delivery;
import io.fastroom.room.RoomApi.Events;
import io.fastroom.room.RoomApi.ReadAfter;
import io.fastroom.room.RoomApi.Release;
import io.fastroom.room.RoomApi.Who;
import io.fastroom.room.RoomApi.WhoIsThere;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Owns the live rooms of a node, one instance a node: every durable event passes through it and leaves it once, in
 * order. It knows no SQL, no Redis and no socket; it reaches those through the bus.
 *
 * <p>Thread: its event loop owns all state of the package.
 */
public final class RoomVerticle extends VerticleBase {
  /**
   * With {@link Healer#PATIENCE_MILLIS}, how late a gap at the end, or another log, is found at most: in rooms in which
   * something happens, and in {@link ComparisonTurns#QUIET_TURNS} times that in others.
   */
  private static final long COMPARE_MILLIS = 1000;
  private static final long SECOND_MILLIS = 1000;
  private static final long TRIM_SECONDS = 60;

  private final Bus bus;
  private final int slots;
  private final Settings settings;
  private final RoomMetrics metrics;
  private final RoomMemory memory;
  private Deliverer deliverer;
  private Rooms rooms;
  private Healer healer;
  private LogComparison comparison;
  private Restarts restarts;
  private LogReader reader;
  private PresenceDiffs diffs;
  private PresenceTracker presences;
  private HeartbeatTurns turns;
  private ComparisonTurns comparisons;
  private QuietRooms quiet;
  private Typists typists;
  private Arrivals arrivals;
  private JoinHandler entrance;
  private long second;

  public RoomVerticle(Bus bus, Settings settings, MeterRegistry registry) {
    this.bus = bus;
    // Heartbeats end no sooner than a second after they are due again.
    this.slots = (int) Math.max(1, Math.min(settings.webSocket().heartbeatInterval().toSeconds(),
        settings.webSocket().heartbeatTtl().toSeconds() - 1));
    this.settings = settings;
    long limit = RoomMemory.limit(settings.memory().roomMemoryMb());
    this.metrics = new RoomMetrics(registry, limit);
    this.memory = new RoomMemory(limit, metrics);
  }

  @Override
  public Future<?> start() {
    deliverer = new Deliverer(bus, context, metrics);
    rooms = new Rooms(bus, metrics, memory, new Releases(), message -> arrivals.received(message));
    healer = new Healer(bus, vertx, metrics, room -> restarts.diverged(room), this::gone);
    comparison = new LogComparison(bus, new Verdict());
    reader = new LogReader(bus, healer, rooms, metrics, memory, settings.retention());
    diffs = new PresenceDiffs(deliverer, rooms::byId);
    presences = new PresenceTracker(bus, diffs, rooms::byId, settings.webSocket().heartbeatTtl());
    turns = new HeartbeatTurns(presences, slots);
    comparisons = new ComparisonTurns(memory);
    quiet = new QuietRooms(bus);
    typists = new Typists(bus, deliverer, rooms::byId);
    restarts = new Restarts(bus, rooms, healer, presences, deliverer, metrics, this::gone);
    arrivals = new Arrivals(bus, rooms, healer, comparison, presences, deliverer, memory);
    entrance = new JoinHandler(bus, rooms, comparison, restarts, healer, reader, presences, deliverer);
    vertx.setPeriodic(COMPARE_MILLIS, timer -> compare(comparisons.next(rooms.all(), System.nanoTime())));
    vertx.setPeriodic(SECOND_MILLIS, timer -> everySecond());
    return Future.all(List.of(
        bus.hear(ChatApi.COMMITTED, arrivals::committed),
        bus.hear(RoomApi.TYPING, typists::hear),
        bus.hear(BridgeApi.RECEIVED, arrivals::received),
        bus.hear(BridgeApi.STATE, this::bridge),
        bus.hear(PresenceApi.ADOPTED, this::adopted),
        bus.answer(RoomApi.JOIN, entrance::enter),
        bus.answer(RoomApi.LEAVE, exit -> entrance.exit(exit.roomId(), exit.connId())),
        bus.answer(RoomApi.READ_AFTER, this::readAfter),
        bus.answer(RoomApi.RELEASE, this::release),
        bus.answer(RoomApi.WHO_IS_THERE, this::whoIsThere)));
  }

  // Events

  private void gone(LiveRoom room) {
    if (rooms.byId(room.id) == room) {
      room.end(new RoomDeleted(room.id, room.name(), room.released() + 1, Instant.now()));
    }
  }

  private final class Verdict implements LogComparison.Verdict {
    @Override
    public void gone(LiveRoom room) {
      RoomVerticle.this.gone(room);
    }

    @Override
    public void diverged(LiveRoom room) {
      restarts.diverged(room);
    }

    @Override
    public void same(LiveRoom room, long head) {
      healer.expect(room, head);
    }
  }

  private final class Releases implements LiveRoom.Listener {
    @Override
    public void released(LiveRoom room, Committed released, byte[] json) {
      RoomVerticle.this.released(room, released, json);
    }

    @Override
    public void steppedOver(LiveRoom room) {
      deliverer.deliver(room, new Delivery(room.id, room.released(), null, null, null, null));
    }
  }

  private void released(LiveRoom room, Committed released, byte[] json) {
    RoomEvent event = released.event();
    metrics.released(event.ts());
    deliverer.deliver(room, new Delivery(room.id, event.seq(), event, json, released.connId(), released.ref()));
    if (event instanceof Chat chat && released.connId() != null) {
      typists.said(room.id, chat.message().username());
    } else if (event instanceof MemberUpdate update && update.revokes()) {
      expel(room, conn -> conn.userId() == update.member().userId());
    } else if (event instanceof RoomUpdated update) {
      updated(room, update);
    } else if (event instanceof RoomDeleted) {
      expel(room, conn -> true);
      rooms.remove(room);
    }
  }

  private void updated(LiveRoom room, RoomUpdated update) {
    if (!update.name().equals(room.name())) {
      String from = room.name();
      // Only after the room itself has taken the new name.
      context.runOnContext(turn -> renamed(room, from, update.name()));
    }
  }

  private void expel(LiveRoom room, Predicate<RoomSockets.Conn> whom) {
    for (RoomSockets.Conn conn : room.sockets.conns()) {
      if (whom.test(conn)) {
        room.sockets.exit(conn.connId());
        presences.left(room, conn);
      }
    }
  }

  private void renamed(LiveRoom room, String from, String to) {
    rooms.renamed(room, from, to).onComplete(heard -> healer.heal(room));
    presences.renamed(room, from);
  }

  // Questions

  private Future<Events> readAfter(ReadAfter question) {
    LiveRoom room = rooms.byId(question.roomId());
    if (room == null) {
      return Future.failedFuture(new Refused(Problem.ROOM_NOT_FOUND));
    }
    return reader.after(room, question.seq(), question.userId()).onSuccess(events -> deliverer.flush(room));
  }

  private Future<Boolean> release(Release question) {
    LiveRoom room = rooms.byId(question.roomId());
    if (room == null) {
      return Future.failedFuture(new Refused(Problem.ROOM_NOT_FOUND));
    }
    return restarts.begun(room).compose(begun -> healer.releases(room, question.read()))
        .onSuccess(same -> deliverer.flush(room));
  }

  private Future<Who> whoIsThere(WhoIsThere question) {
    LiveRoom room = rooms.byId(question.roomId());
    if (room != null) {
      return Future.succeededFuture(room.presence.who(question.after(), question.limit()));
    }
    return !presences.redis() ? Future.failedFuture(new Refused(Problem.UNAVAILABLE))
        : quiet.users(question.room()).map(users -> LocalPresence.page(users, question.after(), question.limit()));
  }

  // Upkeep

  private void bridge(BridgeApi.State state) {
    presences.redis(state.up());
    if (state.resubscribed()) {
      List<LiveRoom> all = rooms.all();
      compare(all);
      presences.refresh(all);
    }
  }

  private void adopted(PresenceApi.Adopted fact) {
    LiveRoom room = rooms.byName(fact.room());
    if (room != null) {
      room.expiry.forget();
    }
  }

  private void compare(List<LiveRoom> due) {
    comparison.sweep(due.stream().filter(room -> room.divergence == null).toList());
    restarts.again(rooms.all());
  }

  private void everySecond() {
    second++;
    List<LiveRoom> all = rooms.all();
    presences.compare(turns.next(all));
    presences.sweep(all);
    metrics.live(all.size());
    diffs.flush();
    quiet.forget();
    typists.everySecond();
    rooms.removeIdle();
    memory.forgetUnused(System.nanoTime());
    if (second % TRIM_SECONDS == 0) {
      all.forEach(room -> room.trim(settings.retention().oldest(Instant.now())));
    }
  }
}
