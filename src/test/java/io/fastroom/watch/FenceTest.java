package io.fastroom.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.model.Committed;
import io.fastroom.model.LastMessage;
import io.fastroom.model.ListedRoom;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.persistence.ChatApi;
import io.fastroom.persistence.ChatApi.CommittedAll;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.Changes;
import io.fastroom.persistence.UnreadApi.Compared;
import io.fastroom.persistence.UnreadApi.Loss;
import io.fastroom.persistence.UnreadApi.Place;
import io.fastroom.persistence.UnreadApi.Places;
import io.fastroom.support.Until;
import io.fastroom.watch.WatchApi.ListRooms;
import io.fastroom.watch.WatchApi.Watch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nothing of a room is told after the event that took the right to it away, however long it takes to find out why. */
class FenceTest {
  private static final long ALICE = 1;
  private static final long BOB = 2;
  private static final Room ROOM = new Room(7, "general", true, Instant.EPOCH);
  private static final LastMessage SECRET = new LastMessage(3, ALICE, "alice", "secret", Instant.EPOCH);

  private final Vertx vertx = Vertx.vertx();
  private final List<String> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private static ListedRoom listed() {
    return new ListedRoom(ROOM, 1, Instant.EPOCH, 1, 1, 0, 0, null);
  }

  @Test
  void who_was_removed_hears_of_the_removal_and_of_nothing_else() {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    Promise<Places> again = Promise.promise();
    int[] asked = {0};
    bus.answer(UnreadApi.LIST_PLACES, q -> q.userId() == BOB && asked[0]++ > 0 ? again.future()
        : Future.succeededFuture(new Places(1, List.of(new Place(ROOM.id(), 1, 1))))).await();
    bus.answer(UnreadApi.LIST_ROOMS_OF, q -> Future.succeededFuture(List.of(listed()))).await();
    bus.answer(UnreadApi.EXPLAIN_LOSS, q -> Future.succeededFuture(Map.of(ROOM.id(), Loss.REMOVED))).await();
    bus.answer(UnreadApi.COMPARE, q -> Future.succeededFuture(new Compared(Set.of(ROOM.id()), Map.of()))).await();
    // At 2 bob is removed, at 3 alice says something.
    bus.answer(UnreadApi.LIST_CHANGES, q -> Future.succeededFuture(Arrays.asList(new Changes(ROOM, 3, Instant.EPOCH,
        Instant.EPOCH, false, new long[] {3}, new long[] {ALICE}, new long[0], Map.of(BOB, 2L), SECRET)))).await();
    bus.hear(WatchApi.TOLD, all -> all.tells().forEach(tell -> told.add(tell.userId() + new String(tell.json())))).await();
    vertx.deployVerticle(new WatchVerticle(bus, new SimpleMeterRegistry())).await();
    for (long user : new long[] {ALICE, BOB}) {
      assertThat(bus.ask(WatchApi.WATCH, new Watch("conn" + user, user)).await()).containsExactly(ROOM.id());
      assertThat(bus.ask(WatchApi.LIST, new ListRooms(user, List.of(ROOM.id()))).await()).hasSize(1);
    }

    bus.announce(ChatApi.COMMITTED, new CommittedAll(List.of(
        new Committed(new MessageDeleted(ROOM.id(), ROOM.name(), 3, Instant.EPOCH, 3), null, null))));

    Until.holds("alice is told", () -> told.stream().anyMatch(each -> each.startsWith(ALICE + "{\"type\":\"activity\"")));
    again.complete(new Places(2, List.of()));
    Until.holds("bob is told", () -> told.stream().anyMatch(each -> each.startsWith(BOB + "{")));
    assertThat(told).filteredOn(each -> each.startsWith(BOB + "{"))
        .containsExactly(BOB + "{\"type\":\"room_removed\",\"room_id\":7,\"reason\":\"removed\"}");
  }
}
