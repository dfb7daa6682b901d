package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node whose rooms have more to keep than it has memory for. */
@Tag("slow")
class ColdRoomsTest {
  private static final String LONG = "🙂".repeat(4_000);
  private static final int ROOMS = 12;
  private static final int MESSAGES = 55;
  private static final double LIMIT = 4 << 20;

  @Test
  void rooms_that_give_up_what_they_keep_lose_nothing() {
    try (NodeProcess node = new NodeProcess(Backends.postgres(), Backends.redis(),
        Map.of("ROOM_MEMORY_MB", "4", "REST_WRITE_RATE", "0")).start()) {
      Person alice = Person.register(node, "alice");
      List<RoomRef> rooms = new ArrayList<>();
      Ws resident = alice.connect(node);
      for (int r = 0; r < ROOMS; r++) {
        RoomRef room = alice.createRoom(node);
        rooms.add(room);
        resident.join(room.name());
        for (int i = 0; i < MESSAGES; i++) {
          alice.on(node).post("/rooms/" + room.id() + "/messages", new JsonObject().put("content", i + LONG.substring(8)))
              .expect(201);
        }
      }
      assertThat(node.metric("fastroom_room_memory_bytes")).isLessThan(LIMIT + (8 << 20));
      assertThat(node.metric("fastroom_room_memory_given_up_total")).isGreaterThan(0);
      Person bob = Person.register(node, "bob");
      Ws reader = bob.connect(node);
      for (RoomRef room : rooms) {
        Joined joined = reader.join(room.name());
        assertThat(joined.entries()).as("read anew").hasSize(50);
        assertThat(joined.entries().get(49).getString("message")).startsWith((MESSAGES - 1) + "🙂");
        Joined resumed = bob.connect(node).join(room.name(), 3L);
        assertThat(resumed.resumed()).isTrue();
        assertThat(resumed.seqs()).isEqualTo(Story.range(4, MESSAGES));
      }
      RoomRef first = rooms.get(0);
      reader.send("chat", "room", first.name(), "message", "still alive");
      Until.holds("the chat is heard", () -> resident.frames("chat").stream().anyMatch(f ->
          "still alive".equals(f.getString("message"))));
      assertThat(node.metric("fastroom_room_memory_bytes")).isLessThan(LIMIT + (8 << 20));
    }
  }
}
