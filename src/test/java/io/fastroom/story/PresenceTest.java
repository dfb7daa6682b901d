package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who is there, over all nodes. */
class PresenceTest extends Story {

  @Test
  void only_the_first_and_the_last_connection_of_a_user_are_announced() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws peer = inRoom(person("carol"), two(), room);
    Ws first = inRoom(bob, one(), room);
    Ws second = inRoom(bob, two(), room);
    Ws third = inRoom(bob, two(), room);
    first.close();
    second.ask("leave", "room", room.name());
    a.chat(room.name(), "bob is still here");
    peer.await("the chat", chat("bob is still here"));
    assertThat(presence(alice, room)).contains(bob.name());
    long closing = System.nanoTime();
    third.close();
    a.await("bob leaves", diff("leave", bob));
    peer.await("bob leaves", Duration.ofSeconds(1), diff("leave", bob));
    assertThat(System.nanoTime() - closing).isLessThan(1_500_000_000L);
    a.chat(room.name(), "end");
    peer.await("the end", chat("end"));
    for (Ws each : List.of(a, peer)) {
      assertThat(each.seen().stream().filter(diff("join", bob))).hasSize(1);
      assertThat(each.seen().stream().filter(diff("leave", bob))).hasSize(1);
      assertThat(each.seen().stream().filter(f -> (bob.name() + " joined").equals(f.getString("message")))).hasSize(1);
    }
    assertThat(presence(alice, room)).doesNotContain(bob.name());
  }

  @Test
  void rest_and_presence_state_agree_on_both_nodes() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    inRoom(alice, one(), room);
    inRoom(bob, two(), room);
    for (var node : List.of(one(), two())) {
      JsonObject rest = alice.on(node).get(room.path() + "/presence").expect(200).json();
      assertThat(rest.getLong("room_id")).isEqualTo(room.id());
      assertThat(rest.getString("room")).isEqualTo(room.name());
      assertThat(rest.getInteger("count")).isEqualTo(2);
      assertThat(rest.getJsonArray("users").stream().toList()).isEqualTo(
          connect(alice, node).join(room.name()).users());
    }
  }

  @Test
  void a_connection_that_breaks_without_a_goodbye_is_a_leave() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    a.await("bob comes", diff("join", bob));
    b.abandon();
    a.await("bob leaves", Duration.ofSeconds(2), diff("leave", bob));
  }

  @Test
  void comings_and_goings_at_the_same_moment_end_in_the_truth() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Person bob = person("bob");
    for (int i = 0; i < 20; i++) {
      Ws b = connect(bob, i % 2 == 0 ? one() : two());
      b.send("join", "room", room.name());
      b.send("leave", "room", room.name());
      if (i % 3 == 0) {
        b.abandon();
      } else {
        b.close();
      }
    }
    Until.holds("nobody but alice is there", () -> presence(alice, room).equals(List.of(alice.name())));
    List<String> changes = a.frames("presence_diff").stream().filter(f -> diff("join", bob).test(f)
        || diff("leave", bob).test(f)).map(f -> diff("join", bob).test(f) ? "join" : "leave").toList();
    for (int i = 0; i < changes.size(); i++) {
      assertThat(changes.get(i)).as("%s", changes).isEqualTo(i % 2 == 0 ? "join" : "leave");
    }
    assertThat(changes.size() % 2).isZero();
  }

  private static List<Object> presence(Person person, RoomRef room) {
    return person.on(two()).get(room.path() + "/presence").expect(200).json().getJsonArray("users").stream().toList();
  }

  /** Rooms that become live on both nodes at once: who comes while a node reads a room is there for it too. */
  @Test
  void people_who_come_to_quiet_rooms_at_the_same_moment_on_two_nodes_see_each_other() {
    Person alice = person("alice");
    Person bob = person("bob");
    List<RoomRef> rooms = Stream.generate(() -> alice.createRoom(one())).limit(60).toList();
    Ws a = connect(alice, one());
    Ws b = connect(bob, two());
    for (RoomRef room : rooms) {
      a.send("join", "room", room.name());
      b.send("join", "room", room.name());
    }
    List<String> both = Stream.of(alice.name(), bob.name()).sorted().toList();
    for (RoomRef room : rooms) {
      for (NodeProcess node : List.of(one(), two())) {
        Until.holds("both are in " + room.name(), () -> both.equals(alice.on(node)
            .get(room.path() + "/presence").expect(200).json().getJsonArray("users").getList()));
      }
    }
  }
}
