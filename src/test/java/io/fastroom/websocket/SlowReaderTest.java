package io.fastroom.websocket;

import static io.fastroom.websocket.SocketsUnderTest.frame;
import static io.fastroom.websocket.SocketsUnderTest.join;
import static io.fastroom.websocket.SocketsUnderTest.until;
import static io.fastroom.websocket.SocketsUnderTest.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.model.Member;
import io.fastroom.model.User;
import io.fastroom.watch.WatchApi;
import io.fastroom.watch.WatchApi.Tell;
import io.fastroom.watch.WatchApi.Told;
import io.fastroom.wire.EphemeralJson;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class SlowReaderTest {
  private static final int SMALL = 4 << 10;
  private static final String TEXT = "x".repeat(3_000);
  /** Well beyond what the kernel and the outbox hold together. */
  private static final int CHATS = 2_500;

  /** What one socket may have queued, and pings. */
  private static final double QUEUED = Outbox.LIMIT + 1_024;

  private static SocketsUnderTest node;

  private final String room = "room " + UUID.randomUUID();

  @BeforeAll
  static void start() {
    node = new SocketsUnderTest("WS_HEARTBEAT_INTERVAL", "60", "WS_HEARTBEAT_TTL_MS", "90000", "WS_CHAT_RATE", "0",
        "WS_MESSAGE_RATE", "0");
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private RawSocket lazy(User user) throws Exception {
    RawSocket socket = node.raw(SMALL, "/ws?access_token=" + node.tokens.sign(user).access());
    socket.json("system");
    join(socket, room);
    return socket;
  }

  private void say(int chats) {
    for (int i = 0; i < chats; i += 100) {
      node.rooms.now(rooms -> {
        for (int n = 0; n < 100; n++) {
          rooms.say(rooms.room(room), 1, "someone", TEXT, null, null, null);
        }
      });
    }
  }

  @Test
  void a_slow_reader_gets_every_event_once_and_in_order_and_harms_nobody() throws Exception {
    RawSocket slow = lazy(user());
    RawSocket quick = node.joined(user(), room);
    double before = node.counted("fastroom.slow.readers");
    Thread saying = new Thread(() -> say(CHATS));
    saying.start();
    for (int seq = 1; seq <= CHATS; seq++) {
      assertThat(quick.json("chat").getInteger("seq")).isEqualTo(seq);
    }
    saying.join();
    until(() -> node.counted("fastroom.slow.readers") > before);
    node.rooms.now(rooms -> rooms.ephemeral(rooms.room(room), EphemeralJson.joined(room, "someone")));
    for (int seq = 1; seq <= CHATS; seq++) {
      JsonObject frame = slow.json();
      assertThat(frame.getString("type")).isEqualTo("chat");
      assertThat(frame.getInteger("seq")).isEqualTo(seq);
    }
    assertThat(slow.json().getString("type")).as("presence was dropped").isEqualTo("presence_state");
    say(100);
    for (int seq = CHATS + 1; seq <= CHATS + 100; seq++) {
      assertThat(slow.json().getInteger("seq")).isEqualTo(seq);
    }
  }

  @Test
  void a_banned_slow_reader_gets_all_up_to_the_ban_and_nothing_later() throws Exception {
    User user = user();
    RawSocket slow = lazy(user);
    double before = node.counted("fastroom.slow.readers");
    say(CHATS);
    until(() -> node.counted("fastroom.slow.readers") > before);
    node.rooms.now(rooms -> rooms.member(rooms.room(room),
        new Member(user.id(), user.username(), true, false, true, false, null)));
    say(100);
    JsonObject frame = slow.json();
    int seq = 0;
    while (frame.getString("type").equals("chat")) {
      assertThat(frame.getInteger("seq")).isEqualTo(++seq);
      frame = slow.json();
    }
    assertThat(seq).isEqualTo(CHATS);
    assertThat(frame.getBoolean("is_banned")).isTrue();
    assertThat(slow.json().getString("code")).isEqualTo("banned");
    assertThat(slow.isSilent(200)).isTrue();
  }

  @Test
  void a_long_resume_of_a_slow_reader_is_read_as_it_drains() throws Exception {
    say(CHATS);
    RawSocket slow = node.raw(SMALL, "/ws?access_token=" + node.tokens.sign(user()).access());
    slow.json("system");
    slow.send(frame("join").put("room", room).put("since", 0));
    slow.json("presence_state");
    int[] readings = new int[1];
    node.rooms.now(rooms -> readings[0] = rooms.readings());
    Thread.sleep(300);
    node.rooms.now(rooms -> assertThat(rooms.readings() - readings[0]).isLessThan(20));
    long seq = 0;
    boolean more = true;
    while (more) {
      JsonObject history = slow.json();
      assertThat(history.getString("type")).isEqualTo("history");
      for (Object message : history.getJsonArray("messages")) {
        assertThat(((JsonObject) message).getLong("seq")).isEqualTo(++seq);
      }
      more = history.getBoolean("more");
    }
    assertThat(seq).isEqualTo(CHATS);
    say(100);
    assertThat(slow.json().getLong("seq")).isEqualTo(CHATS + 1);
  }

  @Test
  void who_asks_without_reading_is_not_read_from() throws Exception {
    RawSocket socket = lazy(user());
    say(200);
    for (int i = 0; i < 200; i++) {
      socket.json("chat");
    }
    double before = node.counted("fastroom.messages.in", "type", "history_more");
    int asked = 400;
    Thread asking = new Thread(() -> {
      try {
        for (int i = 0; i < asked; i++) {
          socket.send(frame("history_more").put("room", room).put("before_id", Long.MAX_VALUE));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    asking.start();
    Thread.sleep(500);
    assertThat(node.counted("fastroom.messages.in", "type", "history_more") - before).isLessThan(60);
    for (int i = 0; i < asked; i++) {
      assertThat(socket.json().getString("type")).isEqualTo("history_more");
    }
    asking.join();
  }

  @Test
  void who_asks_without_reading_and_closes_is_gone_at_once_after_what_was_said_before() throws Exception {
    RawSocket socket = lazy(user());
    say(200);
    for (int i = 0; i < 200; i++) {
      socket.json("chat");
    }
    for (int i = 0; i < 100; i++) {
      socket.send(frame("history_more").put("room", room).put("before_id", Long.MAX_VALUE));
    }
    until(() -> queued() > Outbox.LOW);
    long start = System.nanoTime();
    socket.send(SocketsUnderTest.chat(room, "last words"));
    socket.frame(0x88, new byte[] {3, (byte) 232});
    boolean[] left = new boolean[1];
    until(() -> {
      node.rooms.now(rooms -> left[0] = rooms.room(room).conns.isEmpty());
      return left[0];
    });
    assertThat(System.nanoTime() - start).isLessThan(1_500_000_000L);
    assertThat(said()).isEqualTo(201);
    assertThat(socket.closeCode()).isEqualTo(1000);
  }

  /** Each gets its own copy of what it says itself, which is not written for all at once. */
  @Test
  void who_talks_without_reading_has_no_more_queued_than_others() throws Exception {
    RawSocket talker = lazy(user());
    until(() -> queued() == 0);
    for (int i = 1; i <= CHATS; i++) {
      talker.send(frame("chat").put("room", room).put("message", TEXT).put("ref", "r"));
    }
    until(() -> said() == CHATS);
    assertThat(queued()).isBetween((double) Outbox.LOW, QUEUED);
    for (int seq = 1; seq <= CHATS; seq++) {
      assertThat(talker.json("chat").getInteger("seq")).isEqualTo(seq);
    }
    talker.close();
  }

  private static double queued() {
    return node.counted("fastroom.socket.buffer");
  }

  private long said() {
    long[] seq = new long[1];
    node.rooms.now(rooms -> seq[0] = rooms.room(room).seq());
    return seq[0];
  }

  @Test
  void what_happens_in_other_rooms_is_not_queued_for_who_does_not_read() throws Exception {
    User user = user();
    RawSocket lazy = lazy(user);
    until(() -> queued() == 0);
    double before = node.counted("fastroom.slow.readers");
    byte[] news = frame("mention").put("room", "elsewhere").put("message", TEXT).encode().getBytes(StandardCharsets.UTF_8);
    Told told = new Told(Collections.nCopies(100, new Tell(user.id(), news, 0, false, Set.of())));
    for (int i = 0; i < CHATS; i += 100) {
      node.bus.announce(WatchApi.TOLD, told);
    }
    // What is queued by then is known when the room has nothing to add either.
    say(CHATS);
    until(() -> node.counted("fastroom.slow.readers") > before && queued() >= Outbox.LOW);
    assertThat(queued()).isBetween((double) Outbox.LOW, QUEUED);
    assertThat(lazy.json("mention").getString("room")).isEqualTo("elsewhere");
    lazy.close();
  }

  @Test
  void one_that_takes_nothing_for_long_is_closed_with_4408() throws Exception {
    RawSocket stuck = lazy(user());
    say(CHATS);
    double before = node.counted("fastroom.sockets.closed", "code", "4408");
    boolean[] left = new boolean[1];
    long start = System.nanoTime();
    until(() -> {
      node.rooms.now(rooms -> left[0] = rooms.room(room).conns.isEmpty());
      return left[0];
    });
    assertThat(System.nanoTime() - start).isGreaterThan(SocketsUnderTest.STALL.toNanos() - 1_500_000_000L);
    assertThat(stuck.closeCode()).isEqualTo(4408);
    stuck.close();
    until(() -> node.counted("fastroom.sockets.closed", "code", "4408") > before);
  }
}
