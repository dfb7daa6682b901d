package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Member;
import io.fastroom.model.Problem;
import io.fastroom.model.Room;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LoadedRoom;
import io.fastroom.persistence.LogApi.LogState;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.Membership;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Change;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.room.RoomApi.Join;
import io.fastroom.support.TestVertx;
import io.fastroom.support.Until;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A socket joins a room while PostgreSQL goes away. */
class JoinHandlerTest {
  private static final long LIMIT = 8 << 20;
  private static final Room ROOM = new Room(RoomLog.ROOM, RoomLog.NAME, false, RoomLog.TS);

  private final Vertx vertx = TestVertx.create();
  private final Context context = vertx.getOrCreateContext();
  private final AtomicBoolean away = new AtomicBoolean();
  private final List<String> present = new CopyOnWriteArrayList<>();
  private Rooms rooms;
  private JoinHandler entrance;

  @BeforeEach
  void start() {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    RoomMetrics metrics = new RoomMetrics(new SimpleMeterRegistry(), LIMIT);
    RoomMemory memory = new RoomMemory(LIMIT, metrics);
    RoomLog log = RoomLog.random(new Random(1), 250);
    long head = log.events.get(log.events.size() - 1).seq();
    rooms = new Rooms(bus, metrics, memory, (live, event, json) -> { }, message -> { });
    Healer healer = new Healer(bus, vertx, metrics, room -> { }, room -> { });
    LogComparison comparison = new LogComparison(bus, new LogComparison.Verdict() {
      @Override
      public void gone(LiveRoom room) { }

      @Override
      public void diverged(LiveRoom room) { }

      @Override
      public void same(LiveRoom room, long seq) { }
    });
    entrance = new JoinHandler(bus, rooms, comparison, null, healer,
        new LogReader(bus, healer, rooms, metrics, memory, null),
        new PresenceTracker(bus, null, rooms::byId, Duration.ofSeconds(30)), new Deliverer(bus, context, metrics));
    onContext(() -> Future.all(List.of(
        bus.answer(BridgeApi.SUBSCRIBE, question -> Future.<Void>succeededFuture()),
        bus.hear(BridgeApi.UNSUBSCRIBE, question -> { }),
        bus.answer(PresenceApi.SNAPSHOT, question -> Future.succeededFuture(new Present(List.of(), 1, false, false))),
        bus.answer(PersistenceApi.ENSURE_MEMBER, question -> Future.succeededFuture(
            new Membership(ROOM, new Member(7, "user7", true, false, false, false, RoomLog.TS), 0))),
        bus.answer(LogApi.READ_POSITIONS, question -> Future.succeededFuture(List.of(LogState.AS_EXPECTED))),
        bus.answer(LogApi.LOAD_ROOM, question -> away.get() ? Future.failedFuture(new Refused(Problem.UNAVAILABLE))
            : Future.succeededFuture(new LoadedRoom(ROOM, head, head, List.of(), List.copyOf(log.messages.values())))),
        bus.answer(PresenceApi.JOIN, join -> {
          present.add(join.entry().connId());
          // Others need the room's memory, and then there is nobody to ask for what it held.
          rooms.byId(RoomLog.ROOM).giveUp();
          away.set(true);
          return Future.succeededFuture(new Change(true, 2));
        }),
        bus.answer(PresenceApi.LEAVE, leave -> {
          present.remove(leave.entry().connId());
          return Future.succeededFuture(new Change(true, 3));
        })))).await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private <T> Future<T> onContext(Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    context.runOnContext(turn -> task.get().onComplete(done));
    return done.future();
  }

  @Test
  void who_cannot_be_let_in_after_all_is_not_left_behind_as_present() {
    Future<RoomApi.Joined> joined = onContext(() ->
        entrance.enter(new Join("hub", "conn", 7, "user7", RoomLog.NAME, null, false, false)));
    Until.holds("it is refused", joined::isComplete);
    assertThat(joined.cause()).isInstanceOf(Refused.class);
    assertThat(away).isTrue();
    Until.holds("nobody is present", present::isEmpty);
  }
}
