package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
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
}
