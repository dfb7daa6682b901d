package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.persistence.ChatApi;
import io.fastroom.room.RoomApi.Delivery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order and how fast a hub is handed what rooms release. */
@Timeout(20)
class DelivererTest {
  private static final String HUB = "hub";
  /** Four are a piece. */
  private static final byte[] LONG = new byte[(int) HandedRoom.LIMIT / 4];

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final LiveRoom busy = new LiveRoom(1, "busy", 0, (live, event, json) -> { });
  private final LiveRoom calm = new LiveRoom(2, "calm", 0, (live, event, json) -> { });
  /** A thousand times the room, and the seq. */
  private final List<Long> handed = new ArrayList<>();
  private final List<Promise<Void>> asked = new ArrayList<>();
  private Bus bus;
  private Deliverer deliverer;

  @BeforeEach
  void start() {
    Bus.install(vertx);
    bus = new Bus(vertx);
    deliverer = new Deliverer(bus, context, new RoomMetrics(new SimpleMeterRegistry(), 1));
    busy.sockets.enter(new RoomSockets.Conn("b", 1, "b", HUB, RoomSockets.Kind.PRESENT));
    calm.sockets.enter(new RoomSockets.Conn("c", 2, "c", HUB, RoomSockets.Kind.PRESENT));
    here(() -> Future.all(
        bus.hear(RoomApi.hub(HUB), all -> all.deliveries().forEach(one -> handed.add(1_000 * one.roomId() + one.seq()))),
        bus.answer(RoomApi.caughtUp(HUB), question -> {
          asked.add(Promise.promise());
          return asked.get(asked.size() - 1).future();
        })));
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void the_next_piece_waits_until_the_hub_has_written() {
    here(() -> release(busy, 1, 9));
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 4));
    assertThat(asked).hasSize(1);
    caughtUp();
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 6));
    assertThat(asked).hasSize(2);
    caughtUp();
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 9));
    assertThat(asked).hasSize(3);
    caughtUp();
    here(() -> release(busy, 10, 10));
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 10));
  }

  @Test
  void the_hub_is_asked_when_it_has_half_and_nothing_waits_for_its_answer_before_it_has_all() {
    for (int i = 1; i <= 5; i++) {
      int seq = i;
      here(() -> release(busy, seq, seq));
      assertThat(handed).hasSize(Math.min(i, 4));
      assertThat(asked).hasSize(i < 2 ? 0 : 1);
    }
    caughtUp();
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 5));
  }

  @Test
  void events_that_are_larger_than_a_piece_follow_one_another() {
    here(() -> {
      for (int seq = 1; seq <= 3; seq++) {
        deliverer.deliver(busy, new Delivery(busy.id, seq, null, new byte[(int) (3 * HandedRoom.LIMIT)], null, null));
      }
      return Future.succeededFuture();
    });
    assertThat(handed).containsExactly(1_001L);
    caughtUp();
    caughtUp();
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 3));
  }

  @Test
  void what_came_while_the_hub_was_asked_is_asked_about_in_turn() {
    here(() -> release(busy, 1, 2));
    here(() -> {
      deliverer.deliver(busy, new Delivery(busy.id, 3, null, new byte[(int) (3 * HandedRoom.LIMIT)], null, null));
      return release(busy, 4, 4);
    });
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 3));
    caughtUp();
    assertThat(asked).hasSize(2);
    caughtUp();
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 4));
  }

  @Test
  void a_room_waits_for_no_other() {
    here(() -> release(busy, 1, 60));
    here(() -> release(calm, 1, 2));
    assertThat(handed).hasSize(6).endsWith(2_001L, 2_002L);
  }

  @Test
  void before_an_answer_about_a_room_comes_all_of_it() {
    here(() -> release(busy, 1, 20));
    here(() -> {
      release(busy, 21, 21);
      deliverer.flush(busy);
      return Future.succeededFuture();
    });
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 21));
    caughtUp();
    caughtUp();
    here(() -> release(busy, 22, 23));
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 23));
  }

  @Test
  void who_has_gone_holds_nothing_up() {
    here(() -> release(busy, 1, 5));
    asked.get(0).fail("gone");
    here(Future::succeededFuture);
    assertThat(handed).hasSize(5);
  }

  @Test
  void a_room_in_which_more_is_said_than_is_written_is_crowded_until_half_of_it_is() {
    List<Boolean> told = new ArrayList<>();
    here(() -> bus.hear(ChatApi.CROWDED, fact -> told.add(fact.crowded())));
    here(() -> release(busy, 1, 60));
    assertThat(told).isEmpty();
    here(() -> release(busy, 61, 80));
    assertThat(told).contains(true).doesNotContain(false);
    while (handed.size() < 40) {
      caughtUp();
    }
    assertThat(told).doesNotContain(false);
    while (handed.size() < 80) {
      caughtUp();
    }
    assertThat(told).containsOnlyOnce(false).endsWith(false);
  }

  private Future<?> release(LiveRoom room, int from, int to) {
    for (int seq = from; seq <= to; seq++) {
      deliverer.deliver(room, new Delivery(room.id, seq, null, LONG, null, null));
    }
    return Future.succeededFuture();
  }

  private static List<Long> all(LiveRoom room, int from, int to) {
    return LongStream.rangeClosed(from, to).map(seq -> 1_000 * room.id + seq).boxed().toList();
  }

  private void caughtUp() {
    here(() -> {
      asked.get(asked.size() - 1).complete();
      return Future.succeededFuture();
    });
  }

  /** Does it on the context of all, and waits until everything that follows from it is done. */
  private void here(Supplier<Future<?>> what) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(turn -> what.get().onComplete(ended -> after(10, done)));
    done.future().await();
  }

  private void after(int turns, Promise<Void> done) {
    context.runOnContext(turn -> {
      if (turns == 0) {
        done.complete();
      } else {
        after(turns - 1, done);
      }
    });
  }
}
