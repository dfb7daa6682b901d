package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.model.Committed;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LogPage;
import io.fastroom.persistence.LogApi.ReadLog;
import io.fastroom.room.RoomApi.Events;
import io.fastroom.support.TestVertx;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody has been away for long from a room whose log takes more memory than there is. */
class LogReaderTest {
  private static final long LIMIT = 4 << 20;
  private static final int EVENTS = 600;
  private static final long ALICE = 1;

  private final Vertx vertx = TestVertx.create();
  private final Context context = vertx.getOrCreateContext();
  private final RoomLog log = new RoomLog();
  private final LiveRoom room = new LiveRoom(RoomLog.ROOM, RoomLog.NAME, 0, (live, event, json) -> { });
  private LogReader reader;

  @BeforeEach
  void start() {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    RoomMetrics metrics = new RoomMetrics(new SimpleMeterRegistry(), LIMIT);
    RoomMemory memory = new RoomMemory(LIMIT, metrics);
    Healer healer = new Healer(bus, vertx, metrics, diverged -> { }, gone -> { });
    Rooms rooms = new Rooms(bus, metrics, memory, (live, event, json) -> { }, heard -> { });
    reader = new LogReader(bus, healer, rooms, metrics, memory, null);
    onContext(() -> bus.answer(LogApi.READ_LOG, this::page).mapEmpty());
    onContext(() -> {
      for (int i = 0; i < EVENTS; i++) {
        room.offer(new Committed(log.chat("x".repeat(4_000)), null, null), null);
      }
      return Future.succeededFuture();
    });
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private Future<LogPage> page(ReadLog question) {
    List<RoomEvent> events = log.events.stream().skip(question.afterSeq()).limit(question.limit()).toList();
    return Future.succeededFuture(new LogPage(null, events, question.afterSeq() + events.size(), EVENTS));
  }

  private <T> T onContext(Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    context.runOnContext(turn -> Future.succeededFuture().compose(now -> task.get()).onComplete(done));
    return done.future().await();
  }

  @Test
  void what_there_is_no_memory_for_is_read_page_by_page() {
    long from = room.tail.start(room.released());
    assertThat(from).isGreaterThan(EVENTS / 2);
    long at = 10;
    while (at < from) {
      long after = at;
      Events read = onContext(() -> reader.after(room, after, ALICE));
      assertThat(read.events()).isNotEmpty().hasSizeLessThan(EVENTS / 4);
      assertThat(read.events().get(0).event().seq()).isEqualTo(at + 1);
      assertThat(room.bytes()).isLessThanOrEqualTo(LIMIT / 2);
      at = read.to();
    }
  }
}
