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

/** {@code client_id}: exactly once from the sender. */
class RetryTest extends Story {

  @Test
  void a_retry_on_the_same_node_is_answered_to_the_sender_alone_with_the_first_ones_chat() {
    retry(true);
  }

  @Test
  void a_retry_on_another_node_is_answered_to_the_sender_alone_with_the_first_ones_chat() {
    retry(false);
  }

  private void retry(boolean sameNode) {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws again = sameNode ? a : inRoom(alice, two(), room);
    Ws peer = inRoom(person("bob"), two(), room);
    JsonObject first = a.ask("chat", "room", room.name(), "message", "once", "client_id", "retry");
    JsonObject second = again.ask("chat", "room", room.name(), "message", "once", "client_id", "retry");
    assertThat(second.getString("type")).isEqualTo("chat");
    assertThat(second.getLong("seq")).isEqualTo(first.getLong("seq"));
    assertThat(second.getLong("message_id")).isEqualTo(first.getLong("message_id"));
    a.chat(room.name(), "end");
    peer.await("the end", chat("end"));
    assertThat(peer.seen().stream().filter(chat("once"))).hasSize(1);
    assertThat(liveSeqs(peer)).doesNotHaveDuplicates();
    assertThat(alice.on(one()).get(room.path() + "/messages").expect(200).json().getInteger("total")).isEqualTo(2);
  }

  @Test
  void a_retry_of_a_slow_reader_is_answered_after_all_that_was_said_before_the_first_one() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws slow = closing(Ws.open(one().port(), "/ws?access_token=" + alice.access(), Map.of(), 4_096));
    slow.join(room.name());
    slow.pause();
    String text = "🙂".repeat(3_900);
    for (int i = 0; i < 600; i++) {
      a.send("chat", "room", room.name(), "message", i + text);
      if (i % 50 == 49) {
        a.await("message " + i, Duration.ofSeconds(20), chat(i + text));
      }
    }
    a.ask("chat", "room", room.name(), "message", "once", "client_id", "retry");
    slow.send("chat", "room", room.name(), "message", "once", "client_id", "retry", "ref", "again");
    // Another socket's retry, read after it, is answered: so is this one, or it waits.
    a.ask("chat", "room", room.name(), "message", "once", "client_id", "retry");
    slow.resume();
    slow.await("the answer", Duration.ofSeconds(30), f -> "again".equals(f.getString("ref")));
    assertThat(liveSeqs(slow)).hasSizeGreaterThan(600).isSorted();
  }

  @Test
  void two_copies_sent_to_two_nodes_at_the_same_moment_become_one_message() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(alice, two(), room);
    Ws peer = inRoom(person("bob"), one(), room);
    for (int i = 0; i < 30; i++) {
      String id = "same-" + i;
      a.send("chat", "room", room.name(), "message", id, "client_id", id, "ref", "a" + i);
      b.send("chat", "room", room.name(), "message", id, "client_id", id, "ref", "b" + i);
    }
    for (int i = 0; i < 30; i++) {
      String refA = "a" + i;
      String refB = "b" + i;
      JsonObject atA = a.await(refA, f -> refA.equals(f.getString("ref")));
      JsonObject atB = b.await(refB, f -> refB.equals(f.getString("ref")));
      assertThat(atA.getLong("seq")).as(atA + " " + atB).isEqualTo(atB.getLong("seq"));
    }
    peer.await("the last", chat("same-29"));
    a.chat(room.name(), "end");
    peer.await("the end", chat("end"));
    List<String> texts = peer.frames("chat").stream().map(f -> f.getString("message")).toList();
    assertThat(texts).hasSize(31).doesNotHaveDuplicates();
  }

  @Test
  void two_copies_sent_to_two_rooms_become_a_message_in_each() {
    Person alice = person("alice");
    RoomRef here = alice.createRoom(one());
    RoomRef there = alice.createRoom(two());
    Ws a = inRoom(alice, one(), here);
    Ws b = inRoom(alice, two(), there);
    for (int i = 0; i < 100; i++) {
      String id = Names.unique("id");
      a.send("chat", "room", here.name(), "message", id, "client_id", id, "ref", id);
      b.send("chat", "room", there.name(), "message", id, "client_id", id, "ref", id);
      JsonObject atA = a.await(id, f -> id.equals(f.getString("ref")));
      JsonObject atB = b.await(id, f -> id.equals(f.getString("ref")));
      assertThat(atA.getLong("message_id")).as(atA + " " + atB).isNotEqualTo(atB.getLong("message_id"));
    }
    int total = 0;
    for (RoomRef room : List.of(here, there)) {
      total += alice.on(one()).get(room.path() + "/messages").expect(200).json().getInteger("total");
    }
    assertThat(total).isEqualTo(200);
  }

  @Test
  void the_same_client_id_of_another_user_is_another_message() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    String id = Names.unique("id");
    JsonObject first = inRoom(alice, one(), room).ask("chat", "room", room.name(), "message", "a", "client_id", id);
    JsonObject second = inRoom(bob, one(), room).ask("chat", "room", room.name(), "message", "b", "client_id", id);
    assertThat(second.getLong("message_id")).isNotEqualTo(first.getLong("message_id"));
  }
}
