package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Promise 2 under load. */
class OneOrderTest extends Story {

  @Test
  void six_receivers_on_two_nodes_see_what_four_senders_say_in_one_order_without_gaps() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    List<Ws> receivers = IntStream.range(0, 6).mapToObj(i -> inRoom(person("r"), i % 2 == 0 ? one() : two(), room))
        .toList();
    List<Ws> senders = IntStream.range(0, 4).mapToObj(i -> inRoom(person("s"), i % 2 == 0 ? one() : two(), room))
        .toList();
    long before = senders.get(0).chat(room.name(), "start").getLong("seq");
    int each = 500;
    List<Thread> threads = senders.stream().map(sender -> new Thread(() -> {
      for (int i = 0; i < each; i++) {
        sender.send("chat", "room", room.name(), "message", "m" + i);
      }
    })).toList();
    threads.forEach(Thread::start);
    List<JsonObject> first = null;
    for (Ws receiver : receivers) {
      receiver.await("the last event", Duration.ofSeconds(60),
          f -> Ws.type(f, "chat") && f.getLong("seq") == before + 4 * each);
      List<JsonObject> events = receiver.seen().stream()
          .filter(f -> f.containsKey("seq") && f.getLong("seq") > before).toList();
      assertThat(events.stream().map(f -> f.getLong("seq")).toList()).isEqualTo(range(before + 1, before + 4 * each));
      first = first == null ? events : first;
      assertThat(events).isEqualTo(first);
    }
    assertThat(first.stream().map(f -> f.getString("ts")).toList()).isSorted();
    senders.forEach(sender -> assertThat(sender.frames("error")).isEmpty());
  }
}
