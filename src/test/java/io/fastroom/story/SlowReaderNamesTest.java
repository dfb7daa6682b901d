package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever reads late is told of a room by the name that they know it by: clients know rooms by nothing else. */
class SlowReaderNamesTest extends Story {
  private static final int MESSAGES = 400;
  private static final String TEXT = "🙂".repeat(3_900);

  private final String renamed = Names.unique("renamed");
  private final Person alice = person("alice");
  private final RoomRef room = alice.createRoom(one());
  private final Ws quick = inRoom(alice, two(), room);
  private final Ws slow = closing(Ws.open(one().port(), "/ws?access_token=" + person("slow").access(), Map.of(), 4_096));

  @Test
  void what_was_said_before_a_rename_comes_under_the_old_name_to_a_slow_reader() {
    slow.join(room.name());
    slow.pause();
    say();
    rename();
    quick.chat(renamed, "after it");
    slow.resume();
    slow.await("the last message", Duration.ofSeconds(30), chat("after it"));
    assertThat(rooms(slow.frames("chat"))).hasSize(MESSAGES + 1).startsWith(room.name()).endsWith(renamed)
        .containsOnlyOnce(renamed);
  }

  @Test
  void a_long_resume_goes_on_under_the_name_that_joined_told() {
    say();
    slow.send("join", "room", room.name(), "since", 0);
    slow.await("what it begins with", f -> Ws.type(f, "joined"));
    slow.pause();
    rename();
    quick.chat(renamed, "after it");
    slow.resume();
    JsonObject last = slow.await("the last message", Duration.ofSeconds(30), chat("after it"));
    assertThat(last.getString("room")).isEqualTo(renamed);
    List<JsonObject> parts = slow.frames("history");
    assertThat(rooms(parts)).hasSizeGreaterThan(1).containsOnly(room.name());
    assertThat(rooms(parts.stream().flatMap(each -> each.getJsonArray("messages").stream()).map(JsonObject.class::cast)
        .toList())).hasSize(MESSAGES).containsOnly(room.name());
  }

  private static List<String> rooms(List<JsonObject> frames) {
    return frames.stream().map(each -> each.getString("room")).toList();
  }

  private void say() {
    for (int i = 0; i < MESSAGES; i++) {
      quick.send("chat", "room", room.name(), "message", i + TEXT);
    }
    quick.await("the last of many", Duration.ofSeconds(30), chat((MESSAGES - 1) + TEXT));
  }

  private void rename() {
    alice.on(two()).patch(room.path(), new JsonObject().put("name", renamed)).expect(200);
    quick.await("its new name", f -> Ws.type(f, "room_updated"));
  }
}
