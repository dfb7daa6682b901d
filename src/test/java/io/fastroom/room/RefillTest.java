package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.fastroom.model.Committed;
import io.fastroom.model.Message;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LoadRoom;
import io.fastroom.persistence.LogApi.LoadedRoom;
import io.fastroom.support.TestVertx;
import io.fastroom.support.Until;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** A room that has given up its messages reads them again while it goes on. */
class RefillTest {
  private static final long LIMIT = 8 << 20;

  private final Vertx vertx = TestVertx.create();
  private final Context context = vertx.getOrCreateContext();
  private final List<Promise<LoadedRoom>> loading = new CopyOnWriteArrayList<>();
  private final LiveRoom room = new LiveRoom(RoomLog.ROOM, RoomLog.NAME, 0, (live, event, json) -> { });
  private LogReader reader;

  @BeforeEach
  void start() throws Exception {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    RoomMetrics metrics = new RoomMetrics(new SimpleMeterRegistry(), LIMIT);
    reader = new LogReader(bus, null, null, metrics, new RoomMemory(LIMIT, metrics), null);
    onContext(() -> bus.<LoadRoom, LoadedRoom>answer(LogApi.LOAD_ROOM, question -> {
      Promise<LoadedRoom> loaded = Promise.promise();
      loading.add(loaded);
      return loaded.future();
    })).await();
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  private <T> T onContext(Callable<T> task) throws Exception {
    Promise<T> done = Promise.promise();
    context.runOnContext(turn -> {
      try {
        done.complete(task.call());
      } catch (Exception e) {
        done.fail(e);
      }
    });
    return done.future().await();
  }

  @RepeatedTest(5)
  void what_is_released_while_they_are_read_is_among_them(RepetitionInfo repetition) throws Exception {
    RoomLog log = RoomLog.random(new Random(repetition.getCurrentRepetition()), 250);
    offer(log.events);
    List<Message> before = last(log);
    long head = room.released();
    Future<Void> refilled = onContext(() -> {
      room.giveUp();
      return reader.refill(room);
    });
    Until.holds("it reads", () -> loading.size() == 1);
    long lastOne = log.messages.lastKey();
    log.edit(before.get(before.size() - 2).id(), "edited meanwhile");
    log.chat("said meanwhile");
    log.delete(lastOne);
    log.react(before.get(before.size() - 3).id(), "meanwhile", 9, true);
    onContext(() -> {
      offer(log.events.subList((int) head, log.events.size()));
      return null;
    });
    loading.get(0).complete(new LoadedRoom(new Room(RoomLog.ROOM, RoomLog.NAME, false, RoomLog.TS), head, head, List.of(),
        before));
    refilled.await();

    List<Message> now = onContext(() -> room.recent.last().stream().map(item ->
        ((RoomEvent.Chat) item.event()).message()).toList());
    List<Message> right = last(log);
    assertThat(now).containsExactlyElementsOf(right.subList(right.size() - now.size(), right.size()));
    assertThat(now).hasSizeGreaterThanOrEqualTo(RecentMessages.SHOWN - 1);
  }

  private void offer(List<RoomEvent> events) {
    events.forEach(event -> room.offer(new Committed(event, null, null), null));
  }

  private static List<Message> last(RoomLog log) {
    List<Message> all = new ArrayList<>(log.messages.values());
    return List.copyOf(all.subList(Math.max(0, all.size() - RecentMessages.SHOWN), all.size()));
  }
}
