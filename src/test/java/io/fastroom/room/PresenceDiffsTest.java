package io.fastroom.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bus.Bus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the sockets of a large room are told in one second. */
class PresenceDiffsTest {
  private static final String HUB = "hub";

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final List<JsonObject> told = new ArrayList<>();
  private final LiveRoom room = new LiveRoom(1, "plaza", 0, (live, event, json) -> { });
  private Deliverer deliverer;
  private PresenceDiffs diffs;

  @BeforeEach
  void start() {
    Bus.install(vertx);
    Bus bus = new Bus(vertx);
    deliverer = new Deliverer(bus, context, new RoomMetrics(new SimpleMeterRegistry(), 1));
    diffs = new PresenceDiffs(deliverer, id -> room);
    room.sockets.enter(new RoomSockets.Conn("c", 1, "alice", HUB, RoomSockets.Kind.PRESENT));
    bus.hear(RoomApi.hub(HUB), all -> all.deliveries()
        .forEach(one -> told.add(new JsonObject(new String(one.json(), StandardCharsets.UTF_8))))).await();
    IntStream.range(0, 600).forEach(i -> room.presence.join(name("first", i), 1));
  }

  @AfterEach
  void stop() {
    vertx.close().await();
  }

  @Test
  void who_came_and_went_where_they_are_few() {
    second(0, 300, true);
    assertThat(told).hasSize(1);
    assertThat(told.get(0).getJsonArray("join")).hasSize(300).contains(name("more", 299));
    assertThat(told.get(0).getInteger("count")).isEqualTo(900);
  }

  @Test
  void who_is_there_where_thousands_came() {
    second(0, 5_000, true);
    assertThat(told).extracting(frame -> frame.getString("type")).containsExactly("presence_state", "presence_diff");
    JsonArray users = told.get(0).getJsonArray("users");
    assertThat(users).hasSize(RoomApi.LARGE);
    assertThat(users.getList()).isEqualTo(room.presence.users().subList(0, RoomApi.LARGE));
    assertThat(told.get(0).getBoolean("partial")).isTrue();
    assertThat(told).allMatch(frame -> frame.getInteger("count") == 5_600);
    assertThat(told.get(1).fieldNames()).containsExactlyInAnyOrder("type", "room", "count");
  }

  @Test
  void all_who_are_there_where_thousands_went_and_few_are_left() {
    second(0, 5_000, true);
    IntStream.range(0, 590).forEach(i -> room.presence.leave(name("first", i), 2));
    told.clear();
    second(0, 5_000, false);
    assertThat(told.get(0).getString("type")).isEqualTo("presence_state");
    assertThat(told.get(0).getJsonArray("users").getList()).isEqualTo(room.presence.users()).hasSize(10);
    assertThat(told.get(0).containsKey("partial")).isFalse();
  }

  private static String name(String of, int i) {
    return "%s.%05d".formatted(of, i);
  }

  /** So many people come or go, and then the second is over. */
  private void second(int from, int to, boolean came) {
    Promise<Void> flushed = Promise.promise();
    context.runOnContext(turn -> {
      for (int i = from; i < to; i++) {
        String username = name("more", i);
        boolean news = came ? room.presence.join(username, 1) : room.presence.leave(username, 2);
        assertThat(news).isTrue();
        diffs.tell(room, username, came);
      }
      diffs.flush();
      deliverer.flush(room);
      context.runOnContext(after -> flushed.complete());
    });
    flushed.future().await();
  }
}
