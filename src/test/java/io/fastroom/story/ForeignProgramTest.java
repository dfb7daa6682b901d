package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Other programs on the same Redis. */
class ForeignProgramTest extends Story {

  @Test
  void an_event_without_seq_reaches_the_room_as_it_is() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    JsonObject event = new JsonObject().put("type", "weather").put("room", room.name())
        .put("deep", new JsonObject().put("list", List.of(1, 2.5, "é🙂")));
    publish(room, event.encode());
    for (Ws each : List.of(a, b)) {
      assertThat(each.await("the weather", type("weather"))).isEqualTo(event);
    }
    publish(room, event.copy().put("type", "with-srv").put("srv", "another").encode());
    a.await("with a marker of another program", type("with-srv"));
  }

  @Test
  void an_event_with_a_seq_is_only_a_hint_to_look_into_the_log() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    long seq = a.chat(room.name(), "true").getLong("seq");
    for (long forged : new long[] {seq, seq + 1, seq + 1_000, Long.MAX_VALUE, -1}) {
      publish(room, new JsonObject().put("type", "chat").put("room", room.name()).put("user", "god")
          .put("user_id", 1).put("message", "forged").put("message_id", 1).put("seq", forged)
          .put("ts", "2026-01-01T00:00:00Z").encode());
      publish(room, new JsonObject().put("srv", two().serverId() + ".x." + room.id() + "." + forged + ".00")
          .put("type", "chat").put("room", room.name()).put("user", "god").put("message", "forged")
          .put("seq", forged).put("ts", "2026-01-01T00:00:00Z").encode());
    }
    a.chat(room.name(), "also true");
    b.await("the chat", chat("also true"));
    for (Ws each : List.of(a, b)) {
      assertThat(each.seen()).noneMatch(chat("forged"));
    }
    assertThat(b.frames("chat")).extracting(f -> f.getLong("seq")).containsExactly(seq, seq + 1);
  }

  @Test
  void rubbish_on_the_channel_harms_nobody() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Person bob = person("bob");
    Ws b = inRoom(bob, two(), room);
    a.await("the line about bob", f -> (bob.name() + " joined").equals(f.getString("message")));
    a.mark();
    for (String rubbish : List.of("", "x", "{", "[]", "null", "{}", "{\"type\":1}", "{\"srv\":1}",
        "{\"srv\":\"" + two().serverId(), "{\"srv\":\"a.b.c.d.e\",\"type\":\"x\"} trailing", "[".repeat(20_000))) {
      publish(room, rubbish);
    }
    a.chat(room.name(), "fine");
    b.await("the chat", chat("fine"));
    assertThat(a.seen()).extracting(f -> f.getString("type")).containsOnly("chat");
  }

  private static void publish(RoomRef room, String message) {
    long receivers = Backends.redis().call(jedis -> jedis.publish("room:" + room.name(), message));
    assertThat(receivers).isPositive();
  }
}
