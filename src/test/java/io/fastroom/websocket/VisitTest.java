package io.fastroom.websocket;

import static io.fastroom.websocket.SocketsUnderTest.frame;
import static io.fastroom.websocket.SocketsUnderTest.until;
import static io.fastroom.websocket.SocketsUnderTest.user;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A socket that rests is looked after at once when there is a reason, and not when its next ping is due. */
@Tag("slow")
class VisitTest {
  /** Until a socket whose token is new rests, in milliseconds. */
  private static final int YOUNG = 4_500;

  private static SocketsUnderTest node;

  @BeforeAll
  static void start() {
    node = new SocketsUnderTest("WS_HEARTBEAT_INTERVAL", "300", "WS_HEARTBEAT_TTL_MS", "330000", "WS_MESSAGE_RATE", "0");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  @Test
  void who_stops_reading_in_a_room_where_nobody_speaks_is_out_of_it_soon() throws Exception {
    RawSocket socket = node.raw(4_096, "/ws?access_token=" + node.tokens.sign(user()).access());
    socket.json("system");
    SocketsUnderTest.join(socket, "quiet");
    assertThat(socket.isSilent(YOUNG)).isTrue();
    Thread pinging = new Thread(() -> {
      try {
        for (int i = 0; i < 1_000_000; i++) {
          socket.frame(0x89, new byte[125]);
        }
      } catch (IOException gone) {
        // Which is what it waits for.
      }
    });
    pinging.start();
    boolean[] left = new boolean[1];
    until(() -> {
      node.rooms.now(rooms -> left[0] = rooms.room("quiet").conns.isEmpty());
      return left[0];
    });
    socket.close();
    pinging.join();
  }

  @Test
  void what_could_not_be_read_is_read_a_second_later() throws Exception {
    RawSocket socket = node.connect();
    assertThat(socket.isSilent(YOUNG)).isTrue();
    int missed = StandInRooms.PAGE + 1;
    node.rooms.now(rooms -> {
      for (int i = 0; i < missed; i++) {
        rooms.say(rooms.room("a room"), 1, "someone", "missed", null, null, null);
      }
      rooms.isAway = true;
    });
    socket.send(frame("join").put("room", "a room").put("since", 0));
    assertThat(socket.json("history").getJsonArray("messages")).hasSize(StandInRooms.PAGE);
    assertThat(socket.json("history").getJsonArray("messages")).as("the reading that failed").hasSize(1);
  }
}
