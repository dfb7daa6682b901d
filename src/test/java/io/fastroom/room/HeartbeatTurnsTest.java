package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Refreshed;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Swept;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node asks presence for, second by second. */
class HeartbeatTurnsTest {
  private static final int SLOTS = 25;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Map<Entry, List<Integer>> refreshed = new HashMap<>();
  private final List<List<RoomRef>> swept = new ArrayList<>();
  private final Map<Long, Long> quietUntil = new HashMap<>();
  private Bus bus;
  private PresenceTracker presences;
  private HeartbeatTurns turns;
  private long refreshedUntil;
  private int second;
  private boolean lost;

  @BeforeEach
  void start() {
    Bus.install(vertx);
    bus = new Bus(vertx);
    refreshedUntil = in(-1);
    presences = new PresenceTracker(bus, null, id -> null, Duration.ofSeconds(SLOTS + 5));
    turns = new HeartbeatTurns(presences, SLOTS);
    onContext(() -> Future.all(bus.answer(PresenceApi.REFRESH_ALL, asked -> {
      List<Entry> entries = asked.rooms().stream().flatMap(room -> room.entries().stream()).toList();
      assertThat(entries.size()).isLessThanOrEqualTo(PresenceTracker.REFRESH_BATCH);
      entries.forEach(entry -> refreshed.computeIfAbsent(entry, one -> new ArrayList<>()).add(second));
      return Future.succeededFuture(asked.rooms().stream().map(room -> new Refreshed(List.of(), refreshedUntil)).toList());
    }), bus.answer(PresenceApi.SWEEP, asked -> {
      swept.add(asked.rooms());
      return Future.succeededFuture(new Swept(List.of(), lost, false, Map.copyOf(quietUntil)));
    })));
  }

  private void onContext(Supplier<Future<?>> task) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(turn -> task.get().<Void>mapEmpty().onComplete(done));
    done.future().await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void the_heartbeats_of_a_large_room_are_spread_over_the_interval() {
    LiveRoom room = room(1, 5_000);
    pass(List.of(room), 4 * SLOTS);
    assertThat(refreshed).hasSize(5_000).allSatisfy((entry, seconds) -> assertNeverLate(seconds));
    int[] load = new int[second + 1];
    refreshed.values().forEach(seconds -> seconds.forEach(at -> load[at]++));
    assertThat(IntStream.range(SLOTS, second).map(at -> load[at]).max().orElseThrow()).isLessThan(2 * 5_000 / SLOTS);
  }

  @Test
  void no_heartbeat_is_late_while_a_room_grows_and_shrinks() {
    LiveRoom room = room(1, 10);
    for (int size : List.of(150, 190, 210, 400, 210, 150, 201, 200)) {
      enter(room, size);
      pass(List.of(room), 7);
    }
    pass(List.of(room), 2 * SLOTS);
    refreshed.values().forEach(this::assertNeverLate);
  }

  @Test
  void a_room_is_not_looked_at_before_a_connection_may_expire() {
    LiveRoom quiet = room(1, 1);
    LiveRoom due = room(2, 1);
    quietUntil.put(1L, in(3_600));
    pass(List.of(quiet, due), 3);
    assertThat(swept).containsExactly(List.of(ref(quiet), ref(due)), List.of(ref(due)), List.of(ref(due)));
  }

  @Test
  void a_heartbeat_says_when_the_room_is_to_be_looked_at() {
    LiveRoom room = room(1, 1);
    refreshedUntil = in(3_600);
    pass(List.of(room), SLOTS);
    swept.clear();
    pass(List.of(room), 2);
    assertThat(swept).containsExactly(List.of(), List.of());
  }

  @Test
  void what_was_known_is_forgotten_when_data_is_lost() {
    LiveRoom room = room(1, 1);
    quietUntil.put(1L, in(3_600));
    pass(List.of(room), 2);
    lost = true;
    pass(List.of(room), 1);
    lost = false;
    swept.clear();
    pass(List.of(room), 1);
    assertThat(swept).containsExactly(List.of(ref(room)));
  }

  @Test
  void an_answer_that_was_overtaken_by_a_foreign_key_says_nothing() {
    NextExpiry expiry = new NextExpiry();
    int asked = expiry.asked();
    expiry.forget();
    expiry.learn(asked, in(3_600));
    assertThat(expiry.isDue(System.nanoTime())).isTrue();
    expiry.learn(expiry.asked(), in(3_600));
    assertThat(expiry.isDue(System.nanoTime())).isFalse();
  }

  private void assertNeverLate(List<Integer> seconds) {
    int before = seconds.get(0);
    for (int at : seconds) {
      assertThat(at - before).isLessThanOrEqualTo(SLOTS);
      before = at;
    }
    assertThat(second - before).isLessThan(SLOTS);
  }

  private void pass(List<LiveRoom> rooms, int seconds) {
    for (int i = 0; i < seconds; i++) {
      second++;
      onContext(() -> {
        turns.next(rooms);
        presences.sweep(rooms);
        // When this is answered, so is what was asked before.
        return bus.ask(PresenceApi.REFRESH_ALL, new PresenceApi.RefreshAll(List.of()));
      });
    }
  }

  private LiveRoom room(long id, int size) {
    LiveRoom room = new LiveRoom(id, "room " + id, 0, (live, event, json) -> { });
    enter(room, size);
    return room;
  }

  /** So many are in the room from now on; who comes is written at once. */
  private void enter(LiveRoom room, int size) {
    room.sockets.conns().stream().skip(size).forEach(conn -> {
      room.sockets.exit(conn.connId());
      refreshed.remove(new Entry(room.name(), conn.username(), conn.connId()));
    });
    for (int i = 0; room.sockets.size() < size; i++) {
      String connId = "conn" + i;
      if (!room.sockets.has(connId)) {
        room.sockets.enter(new RoomSockets.Conn(connId, i, "user" + i, "hub", RoomSockets.Kind.PRESENT));
        refreshed.put(new Entry(room.name(), "user" + i, connId), new ArrayList<>(List.of(second)));
      }
    }
  }

  private static RoomRef ref(LiveRoom room) {
    return new RoomRef(room.id, room.name());
  }

  private static long in(long seconds) {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }
}
