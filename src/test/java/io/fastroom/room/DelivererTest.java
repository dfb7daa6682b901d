package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
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
  /** Eight for {@link #MANY} sockets are a piece. */
  private static final byte[] LONG = new byte[16 << 10];
  private static final int MANY = 8;

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
    for (int i = 0; i < MANY; i++) {
      busy.sockets.enter(new RoomSockets.Conn("b" + i, i, "b" + i, HUB, RoomSockets.Kind.PRESENT));
    }
    calm.sockets.enter(new RoomSockets.Conn("c", MANY, "c", HUB, RoomSockets.Kind.PRESENT));
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
    here(() -> release(busy, 1, 20));
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 8));
    assertThat(asked).hasSize(1);
    caughtUp();
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 16));
    caughtUp();
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 20));
    assertThat(asked).hasSize(3);
    caughtUp();
    here(() -> release(busy, 21, 24));
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 24));
  }

  @Test
  void the_hub_is_asked_when_it_has_half_and_nothing_waits_for_its_answer_before_it_has_all() {
    for (int i = 1; i <= 9; i++) {
      int seq = i;
      here(() -> release(busy, seq, seq));
      assertThat(handed).hasSize(Math.min(i, 8));
      assertThat(asked).hasSize(i < 4 ? 0 : 1);
    }
    caughtUp();
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 9));
  }

  @Test
  void as_much_for_each_is_gathered_however_many_there_are() {
    for (int i = MANY; i < 100 * MANY; i++) {
      busy.sockets.enter(new RoomSockets.Conn("b" + i, i, "b" + i, HUB, RoomSockets.Kind.PRESENT));
    }
    here(() -> release(busy, 1, 9));
    assertThat(handed).containsExactlyElementsOf(all(busy, 1, 4));
    assertThat(asked).hasSize(1);
  }

  @Test
  void few_get_more_at_once() {
    here(() -> release(calm, 1, 100));
    assertThat(handed).hasSize(64);
  }

  @Test
  void a_room_of_few_does_not_wait_for_all_of_a_busy_one() {
    here(() -> release(busy, 1, 60));
    here(() -> release(calm, 1, 2));
    caughtUp();
    assertThat(handed).contains(2_001L, 2_002L).hasSizeLessThan(20);
    assertThat(handed.stream().filter(one -> one < 2_000)).isSorted();
  }

  @Test
  void before_an_answer_about_a_room_comes_all_of_it() {
    here(() -> release(busy, 1, 20));
    here(() -> release(calm, 1, 1));
    here(() -> {
      deliverer.flush(calm);
      return Future.succeededFuture();
    });
    assertThat(handed).hasSize(9).endsWith(2_001L);
    here(() -> {
      release(busy, 21, 21);
      deliverer.flush(busy);
      return Future.succeededFuture();
    });
    assertThat(handed.stream().filter(one -> one < 2_000)).containsExactlyElementsOf(all(busy, 1, 21));
  }

  @Test
  void who_has_gone_holds_nothing_up() {
    here(() -> release(busy, 1, 20));
    asked.get(0).fail("gone");
    here(Future::succeededFuture);
    assertThat(handed).hasSize(16);
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
