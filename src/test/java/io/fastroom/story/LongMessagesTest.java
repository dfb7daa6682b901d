package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Joined;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rooms full of the longest messages there are: four bytes or an escape for each of 4,000 characters. */
class LongMessagesTest extends Story {
  private static final int MAX_FRAME = 256 << 10;
  private static final List<String> TEXTS = List.of("🙂".repeat(4_000), "\u0001".repeat(4_000), "\"\\".repeat(2_000));
  private static final int MESSAGES = 60;

  private static RoomRef full(Person alice) {
    RoomRef room = alice.createRoom(one());
    for (int i = 0; i < MESSAGES; i++) {
      alice.on(one()).post("/rooms/" + room.id() + "/messages",
          new JsonObject().put("content", TEXTS.get(i % TEXTS.size()))).expect(201);
    }
    return room;
  }

  private static void assertFits(JsonObject frame) {
    assertThat(frame.encode().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(MAX_FRAME);
  }

  /** How many chats a join got, in frames that are small enough. */
  private static long chats(Joined joined) {
    List<JsonObject> messages = new ArrayList<>();
    for (JsonObject part : joined.history()) {
      assertFits(part);
      part.getJsonArray("messages").forEach(message -> messages.add((JsonObject) message));
    }
    assertThat(joined.history()).hasSizeGreaterThan(1);
    assertThat(messages.get(messages.size() - 1).getString("message")).isEqualTo(TEXTS.get((MESSAGES - 1) % TEXTS.size()));
    return messages.stream().filter(message -> message.getString("type").equals("chat")).count();
  }

  @Test
  void a_join_gets_its_history_in_parts_that_every_client_takes() {
    Person alice = person("alice");
    RoomRef room = full(alice);
    assertThat(chats(person("bob").connect(two()).join(room.name()))).isEqualTo(50);
    assertThat(chats(person("carol").connect(two()).join(room.name(), 0L))).isEqualTo(MESSAGES);
    assertThat(chats(person("dan").connect(one()).join(room.name(), 999_999L))).isEqualTo(50);
  }

  @Test
  void older_pages_hold_as_many_as_fit_and_nothing_is_left_out() {
    Person alice = person("alice");
    RoomRef room = full(alice);
    Ws ws = inRoom(alice, two(), room);
    int found = 0;
    long before = Long.MAX_VALUE;
    boolean more = true;
    while (more) {
      JsonObject page = ws.ask("history_more", "room", room.name(), "before_id", before);
      assertFits(page);
      assertThat(page.getJsonArray("messages")).isNotEmpty();
      found += page.getJsonArray("messages").size();
      before = page.getJsonArray("messages").getJsonObject(0).getLong("message_id");
      more = page.getBoolean("more");
    }
    assertThat(found).isEqualTo(MESSAGES);
  }
}
