package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What people do first. */
class ConversationTest extends Story {

  @Test
  void greets_a_socket_with_a_banner() {
    Person alice = person("alice");
    JsonObject banner = connect(alice, one()).seen().get(0);
    assertThat(banner.getString("type")).isEqualTo("system");
    assertThat(banner.getString("message")).isEqualTo("connected as " + alice.name());
    assertThat(banner.getInteger("heartbeatInterval")).isEqualTo(25);
    assertThat(banner.getString("presenceMode")).isEqualTo("heartbeat");
    assertThat(banner.getString("server_id")).startsWith(one().serverId());
    assertThat(banner.getString("conn_id")).isNotBlank().doesNotContain(":");
  }

  @Test
  void two_people_talk_on_one_node() {
    talk(one(), one());
  }

  @Test
  void two_people_talk_over_two_nodes() {
    talk(one(), two());
  }

  private void talk(NodeProcess first, NodeProcess second) {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(first);
    Ws a = inRoom(alice, first, room);
    Ws b = inRoom(bob, second, room);
    a.await("bob comes", diff("join", bob));
    a.await("the line about bob",
        f -> Ws.type(f, "system") && (bob.name() + " joined").equals(f.getString("message")));
    JsonObject own = a.chat(room.name(), "hello bob");
    JsonObject got = b.await("hello", chat("hello bob"));
    assertThat(got.getLong("message_id")).isEqualTo(own.getLong("message_id"));
    assertThat(got.getLong("seq")).isEqualTo(own.getLong("seq"));
    assertThat(got.getString("ts")).isEqualTo(own.getString("ts"));
    b.chat(room.name(), "hello alice 🙂 \u0007 \"\\");
    a.await("hello back", chat("hello alice 🙂 \u0007 \"\\"));
    assertThat(a.frames("error")).isEmpty();
  }

  @Test
  void a_chat_has_all_its_fields_and_ref_only_for_its_sender() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws sameUser = inRoom(alice, one(), room);
    Ws other = inRoom(person("bob"), two(), room);
    Instant before = Instant.now().minusSeconds(1);
    JsonObject own = a.ask("chat", "room", room.name(), "message", "hi", "client_id", "c-1");
    assertThat(own.fieldNames()).containsExactlyInAnyOrder("type", "room", "user", "user_id", "message",
        "message_id", "seq", "ts", "client_id", "ref");
    assertThat(own.getString("room")).isEqualTo(room.name());
    assertThat(own.getString("user")).isEqualTo(alice.name());
    assertThat(own.getLong("user_id")).isEqualTo(alice.id());
    assertThat(own.getString("client_id")).isEqualTo("c-1");
    assertThat(Instant.parse(own.getString("ts"))).isBetween(before, Instant.now().plusSeconds(1));
    for (Ws peer : new Ws[] {sameUser, other}) {
      JsonObject copy = peer.await("the chat", chat("hi"));
      JsonObject expected = own.copy();
      expected.remove("ref");
      assertThat(copy).isEqualTo(expected);
    }
  }

  @Test
  void a_join_is_answered_by_joined_presence_state_and_history_in_this_order() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    long seq = a.chat(room.name(), "before bob").getLong("seq");
    Ws b = connect(bob, two());
    b.mark();
    Joined joined = b.join(room.name());
    assertThat(b.seen()).extracting(f -> f.getString("type")).startsWith("joined", "presence_state", "history");
    assertThat(joined.joined().getLong("room_id")).isEqualTo(room.id());
    assertThat(joined.seq()).as("the join of bob is no event").isEqualTo(seq);
    assertThat(joined.users()).isSortedAccordingTo(String::compareTo).containsExactlyInAnyOrder(alice.name(), bob.name());
    assertThat(joined.entries()).hasSize(1);
    JsonObject entry = joined.entries().get(0);
    assertThat(entry.getString("message")).isEqualTo("before bob");
    assertThat(entry.getLong("seq")).isEqualTo(seq);
    assertThat(entry.getString("user")).isEqualTo(alice.name());
    assertThat(entry.getLong("user_id")).isEqualTo(alice.id());
    assertThat(entry.getLong("message_id")).isPositive();
    a.await("bob comes", diff("join", bob));
    assertThat(a.seen()).noneMatch(f -> Ws.type(f, "member_update"));
    assertThat(alice.on(one()).get(room.path() + "/members").expect(200).json().getInteger("total")).isEqualTo(2);
  }

  @Test
  void an_empty_room_gives_an_empty_history_and_a_second_join_is_answered_like_the_first() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws peer = inRoom(person("bob"), two(), room);
    Ws a = connect(alice, one());
    Joined first = a.join(room.name());
    assertThat(first.entries()).isEmpty();
    peer.await("alice comes", diff("join", alice));
    peer.mark();
    Joined second = a.join(room.name());
    assertThat(second.joined()).isEqualTo(first.joined());
    assertThat(second.users()).isEqualTo(first.users());
    a.chat(room.name(), "once");
    peer.await("the chat", chat("once"));
    assertThat(peer.frames("presence_diff")).as("nobody hears of the second join").isEmpty();
    assertThat(a.seen().stream().filter(chat("once"))).as("one copy a socket").hasSize(1);
  }

  @Test
  void leave_is_answered_and_ends_the_stream() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), one(), room);
    assertThat(a.ask("leave", "room", room.name()).getString("type")).isEqualTo("left");
    a.mark();
    b.chat(room.name(), "without alice");
    a.barrier();
    assertThat(a.seen()).noneMatch(chat("without alice"));
    assertThat(a.ask("leave", "room", room.name()).getString("code")).isEqualTo("not_in_room");
    assertThat(a.ask("chat", "room", room.name(), "message", "x").getString("code")).isEqualTo("not_in_room");
  }

  @Test
  void what_was_said_right_before_leaving_or_joining_again_is_answered_first() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    for (NodeProcess node : List.of(one(), two())) {
      Ws a = inRoom(alice, node, room);
      for (int i = 0; i < 20; i++) {
        a.mark();
        a.send("chat", "room", room.name(), "message", "again", "ref", "chat");
        a.send("join", "room", room.name(), "ref", "join");
        a.send("chat", "room", room.name(), "message", "bye", "ref", "bye");
        a.send("leave", "room", room.name(), "ref", "leave");
        a.send("join", "room", room.name(), "ref", "back");
        a.await("back in", f -> "back".equals(f.getString("ref")));
        assertThat(a.seen().stream().map(f -> f.getString("ref")).filter(Objects::nonNull))
            .containsExactly("chat", "join", "bye", "leave", "back");
      }
    }
  }

  @Test
  void refuses_texts_that_are_empty_or_longer_than_4000_code_points() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    assertThat(a.ask("chat", "room", room.name(), "message", "").getString("code")).isEqualTo("invalid_message");
    assertThat(a.ask("chat", "room", room.name(), "message", "🙂".repeat(4001)).getString("code"))
        .isEqualTo("too_long");
    assertThat(a.ask("chat", "room", room.name(), "message", "🙂".repeat(4000)).getString("type")).isEqualTo("chat");
  }

  @Test
  void a_room_that_is_not_there_cannot_be_joined() {
    Ws a = connect(person("alice"), one());
    assertThat(a.join("no such room at all").error().getString("code")).isEqualTo("room_not_found");
    assertThat(a.ask("join", "room", "no such room at all").getString("code")).isEqualTo("room_not_found");
  }

  @Test
  void history_outlives_the_node() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    try (NodeProcess node = Cluster.start(Map.of())) {
      Ws a = inRoom(alice, node, room);
      long seq = a.chat(room.name(), "for ever").getLong("seq");
      assertThat(node.term(Duration.ofSeconds(30))).isZero();
      node.start();
      Joined joined = connect(alice, node).join(room.name());
      assertThat(joined.entries()).extracting(e -> e.getString("message")).containsExactly("for ever");
      assertThat(joined.seq()).isEqualTo(seq);
    }
  }
}
