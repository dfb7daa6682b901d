package io.fastroom.websocket;

import static io.fastroom.websocket.SocketsUnderTest.chat;
import static io.fastroom.websocket.SocketsUnderTest.frame;
import static io.fastroom.websocket.SocketsUnderTest.join;
import static io.fastroom.websocket.SocketsUnderTest.until;
import static io.fastroom.websocket.SocketsUnderTest.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Member;
import io.fastroom.model.Problem;
import io.fastroom.model.User;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static SocketsUnderTest node;

  private final String room = "room " + UUID.randomUUID();

  @BeforeAll
  static void start() {
    node = new SocketsUnderTest();
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @Test
  void greets_with_a_banner() throws Exception {
    User user = user();
    RawSocket socket = node.raw("/ws/?access_token=" + node.tokens.sign(user).access());
    JsonObject banner = socket.json();
    assertThat(banner.getString("type")).isEqualTo("system");
    assertThat(banner.getString("message")).isEqualTo("connected as " + user.username());
    assertThat(banner.getInteger("heartbeatInterval")).isEqualTo(25);
    assertThat(banner.getString("presenceMode")).isEqualTo("heartbeat");
    assertThat(banner.getString("server_id")).isEqualTo("node-a");
    assertThat(banner.getString("conn_id")).hasSizeGreaterThanOrEqualTo(16).doesNotContain(":");
  }

  @Test
  void answers_a_join_with_joined_presence_and_history_in_this_order() throws Exception {
    User user = user();
    RawSocket socket = node.connect(user);
    socket.send(frame("join").put("room", room).put("ref", "r1"));
    JsonObject joined = socket.json();
    assertThat(joined.getString("type")).isEqualTo("joined");
    assertThat(joined.getString("room")).isEqualTo(room);
    assertThat(joined.getLong("seq")).isZero();
    assertThat(joined.getString("ref")).isEqualTo("r1");
    JsonObject presence = socket.json();
    assertThat(presence.getString("type")).isEqualTo("presence_state");
    assertThat(presence.getJsonArray("users")).containsExactly(user.username());
    JsonObject history = socket.json();
    assertThat(history.getString("type")).isEqualTo("history");
    assertThat(history.getJsonArray("messages")).isEmpty();
    assertThat(history.fieldNames()).doesNotContain("resumed", "more");
  }

  @Test
  void shows_a_chat_to_everyone_and_its_ref_to_the_sender_alone() throws Exception {
    RawSocket sender = node.joined(user(), room);
    RawSocket peer = node.joined(user(), room);
    sender.send(chat(room, "hi").put("ref", "\"7\u00e9").put("client_id", "c"));
    sender.send(chat(room, "there"));
    JsonObject own = sender.json("chat");
    JsonObject others = peer.json("chat");
    assertThat(own.getString("ref")).isEqualTo("\"7\u00e9");
    assertThat(others.fieldNames()).doesNotContain("ref");
    own.remove("ref");
    assertThat(own).isEqualTo(others);
    assertThat(sender.json("chat").getString("message")).isEqualTo("there");
    assertThat(peer.json("chat").getLong("seq")).isEqualTo(2);
  }

  @Test
  void gives_each_sender_their_own_copies_in_a_busy_turn() throws Exception {
    List<RawSocket> sockets = List.of(node.connect(), node.connect(), node.connect());
    List<String> connIds = new ArrayList<>();
    for (RawSocket socket : sockets) {
      join(socket, room);
    }
    node.rooms.now(rooms -> {
      connIds.addAll(rooms.room(room).conns.keySet());
      for (int i = 0; i < 300; i++) {
        rooms.say(rooms.room(room), 1, "someone", "text " + i, null, connIds.get(i % 2), "ref " + i);
      }
    });
    for (int s = 0; s < 3; s++) {
      for (int i = 0; i < 300; i++) {
        JsonObject chat = sockets.get(s).json();
        assertThat(chat.getString("message")).isEqualTo("text " + i);
        assertThat(chat.getString("ref")).isEqualTo(i % 2 == s ? "ref " + i : null);
      }
    }
  }

  @Test
  void takes_a_chat_that_was_sent_before_joined_arrived() throws Exception {
    RawSocket socket = node.connect();
    socket.send(frame("join").put("room", room));
    socket.send(chat(room, "at once"));
    assertThat(socket.json().getString("type")).isEqualTo("joined");
    assertThat(socket.json("chat").getString("message")).isEqualTo("at once");
  }

  @Test
  void answers_a_repeated_chat_to_its_sender_alone() throws Exception {
    RawSocket sender = node.joined(user(), room);
    RawSocket peer = node.joined(user(), room);
    JsonObject chat = chat(room, "once").put("client_id", UUID.randomUUID().toString());
    sender.send(chat);
    JsonObject first = sender.json("chat");
    sender.send(chat.copy().put("ref", "again"));
    JsonObject second = sender.json("chat");
    assertThat(second.getString("ref")).isEqualTo("again");
    assertThat(second.getLong("message_id")).isEqualTo(first.getLong("message_id"));
    peer.json("chat");
    assertThat(peer.isSilent(100)).isTrue();
  }

  @Test
  void tells_why_a_chat_was_refused() throws Exception {
    RawSocket socket = node.joined(user(), room);
    node.rooms.now(rooms -> rooms.room(room).refuses = Problem.UNAVAILABLE);
    socket.send(chat(room, "hi").put("ref", "a"));
    JsonObject error = socket.json("error");
    assertThat(error.getString("code")).isEqualTo("unavailable");
    assertThat(error.getString("ref")).isEqualTo("a");
    assertThat(error.getString("room")).isEqualTo(room);
  }

  @Test
  void refuses_frames_about_a_room_it_is_not_in() throws Exception {
    RawSocket socket = node.connect();
    for (JsonObject frame : List.of(chat(room, "hi"), frame("leave").put("room", room),
        frame("typing").put("room", room).put("isTyping", true),
        frame("history_more").put("room", room).put("before_id", 5))) {
      socket.send(frame);
      assertThat(socket.json("error").getString("code")).isEqualTo("not_in_room");
    }
  }

  @Test
  void a_bad_message_never_closes_the_socket() throws Exception {
    RawSocket socket = node.connect();
    for (String bad : List.of("", "{", "[]", "{}", "{\"type\":7}", "{\"type\":\"nope\"}", "{\"type\":\"ping\"} x")) {
      socket.send(bad);
      assertThat(socket.json().getString("type")).isEqualTo("error");
    }
    socket.send(frame("ping").put("ref", "still"));
    JsonObject pong = socket.json("pong");
    assertThat(pong.getString("ref")).isEqualTo("still");
    assertThat(Instant.parse(pong.getString("ts")).getNano() % 1_000).as("microseconds, as everywhere").isZero();
  }

  @Test
  void leaves_and_hears_nothing_more() throws Exception {
    RawSocket socket = node.joined(user(), room);
    RawSocket peer = node.joined(user(), room);
    socket.send(frame("leave").put("room", room).put("ref", "bye"));
    JsonObject left = socket.json("left");
    assertThat(left.getString("room")).isEqualTo(room);
    assertThat(left.getString("ref")).isEqualTo("bye");
    peer.send(chat(room, "gone?"));
    peer.json("chat");
    assertThat(socket.isSilent(100)).isTrue();
  }

  @Test
  void joining_twice_doubles_nothing() throws Exception {
    RawSocket socket = node.joined(user(), room);
    socket.send(chat(room, "one"));
    socket.json("chat");
    JsonObject history = join(socket, room);
    assertThat(history.getJsonArray("messages")).hasSize(1);
    socket.send(chat(room, "two"));
    assertThat(socket.json().getString("message")).isEqualTo("two");
    assertThat(socket.isSilent(100)).isTrue();
  }

  @Test
  void pages_back_in_history() throws Exception {
    RawSocket socket = node.connect();
    node.rooms.now(rooms -> {
      for (int i = 0; i < 120; i++) {
        rooms.say(rooms.room(room), 1, "someone", "text " + i, null, null, null);
      }
    });
    JsonObject history = join(socket, room);
    assertThat(history.getJsonArray("messages")).hasSize(50);
    JsonObject first = history.getJsonArray("messages").getJsonObject(0);
    assertThat(first.containsKey("edited_at")).isTrue();
    assertThat(first.getString("message")).isEqualTo("text 70");
    socket.send(frame("history_more").put("room", room).put("before_id", first.getLong("message_id")).put("ref", "h"));
    JsonObject page = socket.json("history_more");
    assertThat(page.getString("ref")).isEqualTo("h");
    assertThat(page.getJsonArray("messages")).hasSize(50);
    assertThat(page.getJsonArray("messages").getJsonObject(0).getString("message")).isEqualTo("text 20");
    assertThat(page.getBoolean("more")).isTrue();
  }

  @Test
  void resumes_with_every_event_once_however_many_frames_it_takes() throws Exception {
    RawSocket socket = node.connect();
    node.rooms.now(rooms -> {
      for (int i = 0; i < 350; i++) {
        rooms.say(rooms.room(room), 1, "someone", "text " + i, null, null, null);
      }
      rooms.member(rooms.room(room), new Member(9, "someone", true, true, false, false, null));
    });
    socket.send(frame("join").put("room", room).put("since", 10));
    assertThat(socket.json().getLong("seq")).isEqualTo(351);
    long seq = 10;
    boolean more = true;
    while (more) {
      JsonObject history = socket.json("history");
      assertThat(history.getBoolean("resumed")).isTrue();
      for (Object message : history.getJsonArray("messages")) {
        assertThat(((JsonObject) message).getLong("seq")).isEqualTo(++seq);
      }
      more = history.getBoolean("more");
    }
    assertThat(seq).isEqualTo(351);
    socket.send(chat(room, "live"));
    assertThat(socket.json().getLong("seq")).isEqualTo(352);
  }

  @Test
  void resuming_with_nothing_missed_gives_one_empty_history() throws Exception {
    RawSocket socket = node.connect();
    socket.send(frame("join").put("room", room).put("since", 0));
    JsonObject history = socket.json("history");
    assertThat(history.getJsonArray("messages")).isEmpty();
    assertThat(history.getBoolean("resumed")).isTrue();
    assertThat(history.getBoolean("more")).isFalse();
    socket.send(chat(room, "live"));
    assertThat(socket.json().getString("message")).isEqualTo("live");
  }

  @Test
  void a_socket_that_closes_leaves_its_rooms() throws Exception {
    RawSocket socket = node.joined(user(), room);
    node.rooms.now(rooms -> assertThat(rooms.room(room).conns).hasSize(1));
    socket.close();
    boolean[] empty = new boolean[1];
    until(() -> {
      node.rooms.now(rooms -> empty[0] = rooms.room(room).conns.isEmpty());
      return empty[0];
    });
  }

  @Test
  void a_room_that_refuses_is_not_entered() throws Exception {
    RawSocket socket = node.connect();
    node.rooms.now(rooms -> rooms.room(room).refuses = Problem.BANNED);
    socket.send(frame("join").put("room", room).put("ref", "j"));
    JsonObject error = socket.json();
    assertThat(error.getString("code")).isEqualTo("banned");
    assertThat(error.getString("ref")).isEqualTo("j");
    socket.send(chat(room, "hi"));
    assertThat(socket.json().getString("code")).isEqualTo("not_in_room");
  }
}
