package io.fastroom.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets of one event loop of which many are in one room, or have much to read: the others are not kept waiting. */
@Timeout(60)
class TurnsTest {
  private static final int MANY = 200;
  private static final int ROUNDS = 20;
  private static final String LONG = "x".repeat(20_000);

  private final SocketsUnderTest node = new SocketsUnderTest("EDGE_INSTANCES", "1");

  @AfterEach
  void stop() throws IOException {
    node.close();
  }

  /** The reader of another room has its chat before the last of the large room has its own, though that was said first. */
  @Test
  void a_chat_of_another_room_comes_in_the_middle_of_one_to_many() throws IOException {
    List<RawSocket> large = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      large.add(node.joined(SocketsUnderTest.user(), "large"));
    }
    RawSocket other = node.joined(SocketsUnderTest.user(), "other");
    int before = 0;
    for (int round = 0; round < ROUNDS; round++) {
      say(round);
      other.json("chat");
      before += large.get(MANY - 1).available() == 0 ? 1 : 0;
      for (RawSocket socket : large) {
        for (int nth = 0; nth < 3; nth++) {
          assertThat(socket.json("chat").getLong("seq")).isEqualTo(3L * round + nth + 1);
        }
      }
    }
    assertThat(before).isPositive();
  }

  private void say(int round) {
    node.rooms.now(rooms -> {
      for (int nth = 0; nth < 3; nth++) {
        rooms.say(rooms.room("large"), 1, "someone", LONG, null, null, null);
      }
      rooms.say(rooms.room("other"), 1, "someone", "round " + round, null, null, null);
    });
  }
}
