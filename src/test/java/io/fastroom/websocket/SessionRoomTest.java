package io.fastroom.websocket;

import static io.fastroom.websocket.SocketsUnderTest.chat;
import static io.fastroom.websocket.SocketsUnderTest.frame;
import static io.fastroom.websocket.SocketsUnderTest.until;
import static io.fastroom.websocket.SocketsUnderTest.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Member;
import io.fastroom.model.User;
import io.fastroom.wire.EphemeralJson;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SessionRoomTest {
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
  void sockets_that_join_at_once_take_turns_while_rooms_take_long() throws Exception {
    int many = 3 * Arrivals.AT_ONCE + 1;
    List<RawSocket> sockets = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      sockets.add(node.connect());
    }
    node.rooms.now(StandInRooms::holdUp);
    for (RawSocket socket : sockets) {
      socket.send(frame("join").put("room", room));
    }
    AtomicInteger heldUp = new AtomicInteger();
    until(() -> {
      node.rooms.now(rooms -> heldUp.set(rooms.heldUp()));
      return heldUp.get() == many;
    });
    List<Long> came = new ArrayList<>();
    node.rooms.now(rooms -> came.addAll(rooms.letIn()));
    for (RawSocket socket : sockets) {
      assertThat(socket.json("history").getString("room")).isEqualTo(room);
      socket.close();
    }
    // Three tenths of a second at least, of which the first message may have been late by two.
    assertThat(came.get(many - 1) - came.get(0)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(100));
  }

  @Test
  void a_ban_is_told_and_is_the_last_thing_its_user_hears() throws Exception {
    User user = user();
    RawSocket banned = node.joined(user, room);
    RawSocket peer = node.joined(user(), room);
    node.rooms.now(rooms -> {
      rooms.say(rooms.room(room), 1, "someone", "before", null, null, null);
      rooms.member(rooms.room(room), new Member(user.id(), user.username(), true, false, true, false, null));
      rooms.say(rooms.room(room), 1, "someone", "after", null, null, null);
      rooms.ephemeral(rooms.room(room), EphemeralJson.typing(room, "someone", true));
    });
    assertThat(banned.json().getString("message")).isEqualTo("before");
    assertThat(banned.json().getBoolean("is_banned")).isTrue();
    JsonObject error = banned.json();
    assertThat(error.getString("code")).isEqualTo("banned");
    assertThat(error.getString("room")).isEqualTo(room);
    assertThat(banned.isSilent(100)).isTrue();
    banned.send(chat(room, "let me in"));
    assertThat(banned.json().getString("code")).isEqualTo("not_in_room");
    assertThat(peer.json("member_update").getLong("user_id")).isEqualTo(user.id());
    assertThat(peer.json("chat").getString("message")).isEqualTo("after");
    assertThat(peer.json().getString("type")).isEqualTo("typing");
  }

  @Test
  void a_mute_stops_typing_until_it_is_lifted() throws Exception {
    User user = user();
    RawSocket socket = node.joined(user, room);
    JsonObject typing = frame("typing").put("room", room).put("isTyping", true);
    node.rooms.now(rooms -> rooms.member(rooms.room(room),
        new Member(user.id(), user.username(), true, false, false, true, null)));
    socket.json("member_update");
    socket.send(typing);
    assertThat(socket.json().getString("code")).isEqualTo("muted");
    node.rooms.now(rooms -> rooms.member(rooms.room(room),
        new Member(user.id(), user.username(), true, false, false, false, null)));
    socket.json("member_update");
    socket.send(typing);
    assertThat(socket.json("typing").getString("user")).isEqualTo(user.username());
  }

  @Test
  void a_renamed_room_is_known_by_its_new_name() throws Exception {
    RawSocket socket = node.joined(user(), room);
    String renamed = room + " II";
    node.rooms.now(rooms -> rooms.rename(rooms.room(room), renamed));
    assertThat(socket.json("room_updated").getString("name")).isEqualTo(renamed);
    socket.send(chat(room, "old"));
    assertThat(socket.json().getString("code")).isEqualTo("not_in_room");
    socket.send(chat(renamed, "new"));
    assertThat(socket.json("chat").getString("room")).isEqualTo(renamed);
  }

  @Test
  void a_deleted_room_is_empty() throws Exception {
    RawSocket socket = node.joined(user(), room);
    node.rooms.now(rooms -> rooms.delete(rooms.room(room)));
    assertThat(socket.json().getString("type")).isEqualTo("room_deleted");
    socket.send(chat(room, "anyone?"));
    assertThat(socket.json().getString("code")).isEqualTo("not_in_room");
  }
}
