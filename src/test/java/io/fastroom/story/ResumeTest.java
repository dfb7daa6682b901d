package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code join} with {@code since}: exactly what was missed. */
class ResumeTest extends Story {

  @Test
  void gives_what_was_missed_with_edits_and_deletions_and_then_the_live_events() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    JsonObject kept = b.chat(room.name(), "seen");
    b.close();
    long since = kept.getLong("seq");
    JsonObject edited = a.chat(room.name(), "to be edited");
    JsonObject deleted = a.chat(room.name(), "to be deleted");
    String messages = room.path() + "/messages/";
    alice.on(one()).patch(messages + edited.getLong("message_id"), new JsonObject().put("content", "edited"))
        .expect(200);
    alice.on(two()).delete(messages + deleted.getLong("message_id")).expect(204);
    alice.on(one()).delete(messages + kept.getLong("message_id")).expect(204);
    Ws back = connect(bob, one());
    Joined joined = back.join(room.name(), since);
    assertThat(joined.resumed()).isTrue();
    List<JsonObject> missed = joined.entries();
    assertThat(missed).extracting(e -> e.getString("type"))
        .containsExactly("chat", "chat", "message_updated", "message_deleted", "message_deleted");
    assertThat(joined.seqs()).isEqualTo(range(since + 1, since + 5));
    assertThat(missed.get(0).getString("message")).as("a replayed chat has its present text").isEqualTo("edited");
    assertThat(missed.get(1).getBoolean("deleted")).isTrue();
    assertThat(missed.get(1).getString("message")).isEmpty();
    assertThat(missed.get(4).getLong("message_id")).isEqualTo(kept.getLong("message_id"));
    back.mark();
    a.chat(room.name(), "live");
    back.await("the next", chat("live"));
    assertThat(liveSeqs(back)).containsExactly(since + 6);
  }

  @Test
  void who_only_comes_back_is_not_made_a_member_again() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    inRoom(bob, two(), room).close();
    assertThat(comesBack(connect(bob, two()), room).getString("type")).isEqualTo("joined");
    bob.on(one()).delete(room.path() + "/leave").expect(204);
    for (NodeProcess node : List.of(one(), two())) {
      Ws back = connect(bob, node);
      assertThat(comesBack(back, room).getString("code")).isEqualTo("not_in_room");
      assertThat(back.ask("chat", "room", room.name(), "message", "still here").getString("code")).isEqualTo("not_in_room");
    }
    assertThat(alice.on(two()).get(room.path() + "/members").expect(200).json().getLong("total")).isEqualTo(1);
    assertThat(alice.on(two()).get(room.path() + "/presence").expect(200).json().getJsonArray("users")).isEmpty();
    String key = bob.on(one()).post("/users/me/keys", new JsonObject().put("name", "reader")
        .put("scopes", new JsonArray().add("read"))).expect(201).json().getString("key");
    assertThat(comesBack(closing(Ws.connect(one(), key)), room).getString("type"))
        .as("a key that makes nobody a member reads on").isEqualTo("joined");
    connect(bob, one()).join(room.name());
    assertThat(comesBack(connect(bob, two()), room).getString("type")).isEqualTo("joined");
  }

  private static JsonObject comesBack(Ws ws, RoomRef room) {
    return ws.ask("join", "room", room.name(), "since", 0, "if_member", true);
  }

  @Test
  void nothing_missed_is_an_empty_history_that_says_resumed() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    long seq = inRoom(alice, one(), room).chat(room.name(), "last").getLong("seq");
    Joined joined = connect(alice, two()).join(room.name(), seq);
    assertThat(joined.resumed()).isTrue();
    assertThat(joined.entries()).isEmpty();
  }

  @Test
  void a_since_beyond_the_head_or_negative_is_unknown_and_gives_the_last_messages() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    inRoom(alice, one(), room).chat(room.name(), "last");
    Joined joined = connect(alice, two()).join(room.name(), 1_000_000L);
    assertThat(joined.resumed()).isFalse();
    assertThat(joined.entries()).extracting(e -> e.getString("message")).containsExactly("last");
  }

  @Test
  void a_long_resume_comes_in_several_frames_without_a_hole() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws b = inRoom(bob, two(), room);
    long since = b.chat(room.name(), "before").getLong("seq");
    b.close();
    Ws[] senders = {inRoom(alice, one(), room), inRoom(alice, one(), room), inRoom(alice, one(), room)};
    int each = 420;
    for (int i = 0; i < each; i++) {
      for (Ws sender : senders) {
        sender.send("chat", "room", room.name(), "message", "m" + i);
      }
    }
    for (Ws sender : senders) {
      sender.barrier();
      assertThat(sender.frames("error")).isEmpty();
    }
    senders[0].await("all", f -> Ws.type(f, "chat") && f.getLong("seq") == since + 3 * each);
    Ws back = connect(bob, one());
    Joined joined = back.join(room.name(), since);
    assertThat(joined.resumed()).isTrue();
    assertThat(joined.history().size()).as("several frames").isGreaterThan(1);
    assertThat(joined.history().subList(0, joined.history().size() - 1)).allMatch(f -> f.getBoolean("more"));
    assertThat(joined.seqs()).isEqualTo(range(since + 1, since + 3 * each));
  }

  @Test
  void a_resume_while_the_room_is_busy_has_no_hole_and_no_double_at_the_seam() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    long last = b.chat(room.name(), "first").getLong("seq");
    Thread sender = new Thread(() -> {
      for (int i = 0; i < 150; i++) {
        a.send("chat", "room", room.name(), "message", "busy " + i);
        Until.pause(20);
      }
      a.send("chat", "room", room.name(), "message", "end");
    });
    sender.start();
    boolean ended = false;
    while (!ended) {
      b.abandon();
      b = connect(bob, last % 2 == 0 ? one() : two());
      Joined joined = b.join(room.name(), last);
      assertThat(joined.resumed()).isTrue();
      assertThat(joined.seqs()).isEqualTo(range(last + 1, last + joined.seqs().size()));
      last += joined.seqs().size();
      ended = joined.entries().stream().anyMatch(e -> "end".equals(e.getString("message")));
      if (!ended) {
        long next = last + 1;
        b.await("the next live event", f -> Ws.type(f, "chat") && f.getLong("seq") == next);
        b.barrier();
        List<Long> live = b.seen().stream().filter(type("chat")).map(f -> f.getLong("seq")).toList();
        assertThat(live).isEqualTo(range(next, last + live.size()));
        last += live.size();
        ended = b.seen().stream().anyMatch(chat("end"));
      }
    }
  }
}
