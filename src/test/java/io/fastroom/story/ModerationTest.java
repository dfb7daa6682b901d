package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Moderators act on live sockets of every node. */
class ModerationTest extends Story {

  @Test
  void a_muted_member_reads_but_neither_writes_nor_edits() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    long message = b.chat(room.name(), "mine").getLong("message_id");
    alice.flag(one(), room, bob, "mute", true).expect(200);
    JsonObject update = b.await("muted", member(bob, "is_muted", true));
    assertThat(update.fieldNames()).containsExactlyInAnyOrder("type", "room", "user_id", "username", "is_member",
        "is_moderator", "is_banned", "is_muted", "seq", "ts");
    assertThat(b.ask("chat", "room", room.name(), "message", "x").getString("code")).isEqualTo("muted");
    bob.on(one()).patch(room.path() + "/messages/" + message, new JsonObject().put("content", "y")).expect(403);
    a.chat(room.name(), "you may read");
    b.await("the chat", chat("you may read"));
    alice.flag(two(), room, bob, "mute", false).expect(200);
    b.await("unmuted", member(bob, "is_muted", false));
    b.chat(room.name(), "thanks");
    a.await("the chat", chat("thanks"));
  }

  @Test
  void a_banned_user_is_out_on_all_nodes_and_hears_nothing_after_the_fence() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws here = inRoom(bob, one(), room);
    Ws there = inRoom(bob, two(), room);
    alice.flag(one(), room, bob, "ban", true).expect(200);
    a.await("bob leaves", diff("leave", bob));
    a.chat(room.name(), "about bob");
    for (Ws b : List.of(here, there)) {
      long fence = b.await("the ban", member(bob, "is_banned", true)).getLong("seq");
      assertThat(b.await("the error", error("banned")).getString("room")).isEqualTo(room.name());
      assertThat(b.ask("chat", "room", room.name(), "message", "x").getString("code"))
          .isIn("banned", "not_in_room");
      assertThat(b.join(room.name()).error().getString("code")).isEqualTo("banned");
      a.chat(room.name(), "more");
      b.barrier();
      assertThat(liveSeqs(b)).allMatch(seq -> seq <= fence);
      assertThat(b.isOpen()).isTrue();
    }
    bob.on(two()).get(room.path() + "/messages").expect(403);
    bob.on(two()).post(room.path() + "/join").expect(403);
    assertThat(a.seen().stream().filter(diff("leave", bob))).as("announced once").hasSize(1);
  }

  @Test
  void a_ban_outlives_leaving_and_ends_with_its_lifting() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    alice.flag(one(), room, bob, "ban", true).expect(200);
    bob.on(one()).delete(room.path() + "/leave");
    bob.on(two()).post(room.path() + "/join").expect(403);
    assertThat(connect(bob, two()).join(room.name()).error().getString("code")).isEqualTo("banned");
    alice.flag(two(), room, bob, "ban", false).expect(200);
    Ws b = connect(bob, one());
    assertThat(b.join(room.name()).error()).isNull();
    b.chat(room.name(), "back");
  }

  @Test
  void toggles_without_a_body() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    String path = room.path() + "/members/" + bob.id() + "/mute";
    assertThat(alice.on(one()).post(path).expect(200).json().getBoolean("is_muted")).isTrue();
    assertThat(alice.on(two()).post(path).expect(200).json().getBoolean("is_muted")).isFalse();
    bob.on(one()).post(path).expect(403);
  }

  @Test
  void leaving_by_rest_and_removal_take_the_sockets_out_of_the_room() {
    Person alice = person("alice");
    Person bob = person("bob");
    Person carol = person("carol");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    Ws c = inRoom(carol, two(), room);
    bob.on(one()).delete(room.path() + "/leave").expect(204);
    alice.on(one()).delete(room.path() + "/members/" + carol.id()).expect(204);
    a.await("bob is no member", member(bob, "is_member", false));
    a.await("carol is no member", member(carol, "is_member", false));
    a.await("bob leaves", diff("leave", bob));
    a.await("carol leaves", diff("leave", carol));
    long bobOut = b.await("bob is told", member(bob, "is_member", false)).getLong("seq");
    long carolOut = c.await("carol is told", member(carol, "is_member", false)).getLong("seq");
    a.chat(room.name(), "without you");
    assertThat(b.ask("chat", "room", room.name(), "message", "x").getString("code")).isEqualTo("not_in_room");
    assertThat(c.ask("chat", "room", room.name(), "message", "x").getString("code")).isEqualTo("not_in_room");
    assertThat(liveSeqs(b)).allMatch(seq -> seq <= bobOut);
    assertThat(liveSeqs(c)).allMatch(seq -> seq <= carolOut);
    bob.on(one()).delete(room.path() + "/leave").expect(404);
  }

  @Test
  void a_room_never_loses_its_last_moderator_and_nobody_judges_themself() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    alice.on(one()).delete(room.path() + "/leave").expect(409);
    alice.flag(one(), room, alice, "moderator", false).expect(409);
    alice.flag(one(), room, alice, "ban", true).expect(409);
    alice.flag(one(), room, alice, "mute", true).expect(409);
    alice.flag(one(), room, bob, "moderator", true).expect(200);
    alice.flag(one(), room, bob, "ban", true).expect(409);
    alice.flag(one(), room, bob, "mute", true).expect(409);
    alice.on(one()).delete(room.path() + "/leave").expect(204);
    bob.on(two()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
  }

  @Test
  void a_ban_in_the_middle_of_busy_chat_is_a_fence_for_every_socket() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws other = inRoom(person("carol"), two(), room);
    for (int round = 0; round < 10; round++) {
      Person bob = person("bob");
      Ws b = inRoom(bob, round % 2 == 0 ? one() : two(), room);
      for (int i = 0; i < 40; i++) {
        a.send("chat", "room", room.name(), "message", round + "/" + i);
        other.send("chat", "room", room.name(), "message", round + "/" + i);
        if (i == 20) {
          alice.flag(one(), room, bob, "ban", true).expect(200);
        }
      }
      long fence = b.await("the ban", member(bob, "is_banned", true)).getLong("seq");
      a.barrier();
      other.barrier();
      a.await("the last", chat(round + "/39"));
      b.barrier();
      List<Long> seqs = liveSeqs(b);
      assertThat(seqs).isEqualTo(range(seqs.get(0), fence));
    }
  }
}
