package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.support.TestVertx;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often Redis is asked who is in a room that has no sockets here. */
class QuietRoomsTest {
  private final Vertx vertx = TestVertx.create();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Promise<Present> answer = Promise.promise();
  private QuietRooms rooms;

  @BeforeEach
  void start() {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    rooms = new QuietRooms(bus);
    bus.answer(PresenceApi.SNAPSHOT, question -> {
      asked.incrementAndGet();
      return answer.future();
    }).await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private static Present present(int users) {
    return new Present(IntStream.range(0, users).mapToObj(i -> "user" + i).sorted().toList(), 1, false, false);
  }

  @Test
  void all_who_ask_at_the_time_share_one_reading() {
    List<Future<TreeSet<String>>> all = Stream.generate(() -> rooms.users("general")).limit(40).toList();
    Until.holds("it is asked", () -> asked.get() > 0);
    answer.complete(present(3));
    assertThat(all).allMatch(each -> each.await().size() == 3);
    assertThat(asked).hasValue(1);
    rooms.users("general").await();
    assertThat(asked).as("what is read at once is read anew").hasValue(2);
  }

  @Test
  void a_large_room_is_read_again_after_a_moment_only() {
    answer.complete(present(RoomApi.LARGE + 1));
    for (int i = 0; i < 40; i++) {
      assertThat(rooms.users("large").await()).hasSize(RoomApi.LARGE + 1);
    }
    assertThat(asked).hasValue(1);
    answer = Promise.promise();
    answer.complete(present(2));
    Until.holds("it is read anew", () -> rooms.users("large").await().size() == 2);
    assertThat(asked).hasValue(2);
  }
}
