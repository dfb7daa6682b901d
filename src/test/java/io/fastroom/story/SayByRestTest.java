package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** A program that says something without a socket. */
class SayByRestTest extends Story {

  private static String messages(RoomRef room) {
    return "/rooms/" + room.id() + "/messages";
  }

  private static JsonObject text(String content) {
    return new JsonObject().put("content", content);
  }

  @Test
  void what_is_said_by_rest_reaches_the_live_room_of_every_node_like_any_chat() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws here = inRoom(alice, one(), room);
    Ws there = inRoom(person("bob"), two(), room);
    JsonObject said = alice.on(one()).post(messages(room), text("by REST 🙂")).expect(201).json();
    assertThat(said.getString("type")).isEqualTo("chat");
    assertThat(said.getString("room")).isEqualTo(room.name());
    assertThat(said.getString("user")).isEqualTo(alice.name());
    for (Ws socket : new Ws[] {here, there}) {
      assertThat(socket.await("the chat", type("chat"))).isEqualTo(said);
    }
    long id = said.getLong("message_id");
    JsonObject one = alice.on(two()).get(messages(room) + "/" + id).expect(200).json();
    assertThat(one.getString("content")).isEqualTo("by REST 🙂");
    assertThat(one.getLong("seq")).isEqualTo(said.getLong("seq"));
    alice.on(one()).delete(messages(room) + "/" + id).expect(204);
    alice.on(two()).get(messages(room) + "/" + id).expect(404);
  }

  @Test
  void the_same_client_id_says_it_once() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    JsonObject body = text("once").put("client_id", "c-1");
    JsonObject first = alice.on(one()).post(messages(room), body).expect(201).json();
    JsonObject again = alice.on(two()).post(messages(room), body.copy().put("content", "twice")).expect(200).json();
    assertThat(again.getLong("message_id")).isEqualTo(first.getLong("message_id"));
    assertThat(again.getString("message")).isEqualTo("once");
    JsonObject none = text("null is as good as nothing").putNull("client_id").putNull("reply_to");
    assertThat(alice.on(one()).post(messages(room), none).expect(201).json().getLong("seq"))
        .isLessThan(alice.on(one()).post(messages(room), none).expect(201).json().getLong("seq"));
  }

  @Test
  void it_is_refused_as_a_socket_would_be() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    assertThat(bob.on(one()).post(messages(room), text("from outside")).expect(404).json().getString("code"))
        .isEqualTo("not_in_room");
    RoomRef secret = alice.createRoom(one(), "secret " + room.name(), true);
    Answer hidden = bob.on(one()).post(messages(secret), text("hello?")).expect(404);
    assertThat(hidden.json().getString("code")).as("it does not exist for him").isEqualTo("room_not_found");
    bob.on(one()).post("/rooms/" + room.id() + "/join").expect(201);
    alice.flag(one(), room, bob, "mute", true).expect(200);
    assertThat(bob.on(one()).post(messages(room), text("muted")).expect(403).json().getString("code")).isEqualTo("muted");
    alice.flag(one(), room, bob, "ban", true).expect(200);
    assertThat(bob.on(one()).post(messages(room), text("banned")).expect(403).json().getString("code"))
        .isEqualTo("banned");
    bob.on(one()).get(messages(room) + "/1").expect(403);
    for (JsonObject bad : new JsonObject[] {new JsonObject(), text(""), text("x".repeat(4_001)), text("a\u0000"),
        text("x").put("client_id", ""), new JsonObject().put("content", 7)}) {
      alice.on(one()).post(messages(room), bad).expect(422);
    }
    alice.on(one()).post(messages(room), text("🙂".repeat(4_000))).expect(201);
  }
}
