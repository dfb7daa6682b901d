package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who is typing. */
class TypingTest extends Story {

  @Test
  void typing_reaches_everyone_in_the_room_the_sender_included() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    a.send("typing", "room", room.name(), "isTyping", true);
    for (Ws each : new Ws[] {a, b}) {
      each.await("alice types", f -> Ws.type(f, "typing") && alice.name().equals(f.getString("user"))
          && f.getBoolean("isTyping") && room.name().equals(f.getString("room")));
    }
    a.send("typing", "room", room.name(), "isTyping", false);
    b.await("alice stopped", f -> Ws.type(f, "typing") && !f.getBoolean("isTyping"));
  }

  @Test
  void typing_is_refused_outside_the_room_and_when_muted() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws b = connect(bob, two());
    assertThat(b.ask("typing", "room", room.name(), "isTyping", true).getString("code")).isEqualTo("not_in_room");
    b.join(room.name());
    alice.flag(one(), room, bob, "mute", true).expect(200);
    b.await("muted", member(bob, "is_muted", true));
    assertThat(b.ask("typing", "room", room.name(), "isTyping", true).getString("code")).isEqualTo("muted");
  }

  @Test
  void what_changes_nothing_is_not_told_and_a_flood_of_changes_costs_little() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    for (int i = 0; i < 300; i++) {
      a.send("typing", "room", room.name(), "isTyping", false);
    }
    a.chat(room.name(), "nothing of it");
    b.await("the chat", chat("nothing of it"));
    assertThat(b.frames("typing")).isEmpty();
    for (int i = 0; i < 100; i++) {
      a.send("typing", "room", room.name(), "isTyping", true);
    }
    a.chat(room.name(), "one change");
    b.await("the chat", chat("one change"));
    b.await("who has said it has stopped", f -> Ws.type(f, "typing") && !f.getBoolean("isTyping"));
    assertThat(b.frames("typing")).hasSize(2);
    for (int i = 0; i < 300; i++) {
      a.send("typing", "room", room.name(), "isTyping", i % 2 == 1);
    }
    a.send("typing", "room", room.name(), "isTyping", false);
    a.chat(room.name(), "many changes");
    b.await("the chat", chat("many changes"));
    assertThat(b.frames("typing")).hasSizeLessThan(12);
    Until.holds("what is told last is true", () -> !b.frames("typing").get(b.frames("typing").size() - 1)
        .getBoolean("isTyping"));
  }

  @Test
  void who_falls_silent_while_typing_has_stopped_after_a_while() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    a.send("typing", "room", room.name(), "isTyping", true);
    b.await("alice types", f -> Ws.type(f, "typing") && f.getBoolean("isTyping"));
    b.await("alice stopped", Duration.ofSeconds(9), f -> Ws.type(f, "typing") && !f.getBoolean("isTyping"));
  }
}
