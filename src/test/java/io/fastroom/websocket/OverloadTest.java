package io.fastroom.websocket;

import static io.fastroom.websocket.SocketsUnderTest.chat;
import static io.fastroom.websocket.SocketsUnderTest.frame;
import static io.fastroom.websocket.SocketsUnderTest.until;
import static io.fastroom.websocket.SocketsUnderTest.user;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one socket, or many, may cost the others. */
@Tag("slow")
class OverloadTest {
  private static final int SMALL = 16 << 10;
  private static final String LONG = "🙂".repeat(4_000);
  private static final long BUDGET = 8 << 20;
  /** More than the kernel takes for a reader that does not read. */
  private static final int PAGES = 40;

  private static List<RawSocket> stuck(SocketsUnderTest node, int sockets, String room) throws IOException {
    List<RawSocket> stuck = new ArrayList<>();
    for (int i = 0; i < sockets; i++) {
      RawSocket socket = node.raw(SMALL, "/ws?access_token=" + node.tokens.sign(user()).access());
      socket.send(frame("join").put("room", room));
      for (int page = 0; page < PAGES; page++) {
        socket.send(frame("history_more").put("room", room).put("before_id", Long.MAX_VALUE));
      }
      stuck.add(socket);
    }
    return stuck;
  }

  @Test
  void readers_that_stop_are_closed_with_1013_when_they_owe_most_and_nobody_else_notices() throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest("SOCKET_BUFFER_MB", "8", "WS_CHAT_RATE", "0")) {
      node.rooms.now(rooms -> {
        for (int i = 0; i < 50; i++) {
          rooms.say(rooms.room("long"), 1, "someone", LONG, null, null, null);
        }
      });
      RawSocket victim = node.joined(user(), "quiet");
      RawSocket modest = node.joined(user(), "long");
      List<RawSocket> stuck = stuck(node, 60, "long");
      until(() -> node.counted("fastroom.sockets.overloaded") > 0);
      for (int i = 0; i < 200; i++) {
        victim.send(chat("quiet", "are you there " + i));
        assertThat(victim.json("chat").getInteger("seq")).isEqualTo(i + 1);
        assertThat(node.counted("fastroom.socket.buffer")).isLessThan(2 * BUDGET);
      }
      until(() -> node.counted("fastroom.socket.buffer") <= BUDGET);
      modest.send(frame("ping"));
      assertThat(modest.json("pong")).as("who reads stays").isNotNull();
      AtomicInteger overloaded = new AtomicInteger();
      ExecutorService readers = Executors.newFixedThreadPool(stuck.size());
      stuck.forEach(socket -> readers.submit(() -> closeCode(socket) == 1013 && overloaded.incrementAndGet() > 0));
      readers.shutdown();
      assertThat(readers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      assertThat(overloaded.get()).as("told why, once they read").isGreaterThan(5);
    }
  }

  private static int closeCode(RawSocket socket) {
    try {
      socket.patience(3_000);
      return socket.closeCode();
    } catch (IOException e) {
      return -1;
    }
  }

  /** Whatever the rate of chats, which they are none of. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "2", "100000"})
  void floods_of_pongs_pings_and_fragments_are_closed_with_1008(String chatRate) throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest("WS_CHAT_RATE", chatRate, "WS_MESSAGE_RATE", "10")) {
      byte[] none = {};
      for (int first : new int[] {0x8A, 0x89, 0x00}) {
        RawSocket socket = node.connect();
        if (first == 0x00) {
          socket.frame(0x01, "{\"type\":".getBytes(StandardCharsets.UTF_8));
        }
        int code = flood(socket, first, none);
        assertThat(code).as("opcode " + first).isEqualTo(1008);
      }
    }
  }

  private static int flood(RawSocket socket, int first, byte[] payload) throws IOException {
    Thread reading = Thread.currentThread();
    Thread sending = new Thread(() -> {
      try {
        for (int i = 0; i < 20_000; i++) {
          socket.frame(first, payload);
        }
      } catch (IOException e) {
        assertThat(reading.isAlive()).as("closed, as it should be").isTrue();
      }
    });
    sending.start();
    return socket.closeCode();
  }

  @Test
  void a_message_that_is_never_finished_ends_the_socket() throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest("WS_HEARTBEAT_INTERVAL", "1", "WS_HEARTBEAT_TTL_MS", "2000")) {
      RawSocket socket = node.connect();
      socket.frame(0x01, "{\"type\":\"ping\"".getBytes(StandardCharsets.UTF_8));
      long begin = System.nanoTime();
      assertThat(socket.closeCode()).isEqualTo(1008);
      assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(8));
    }
  }

  @Test
  void a_reset_during_the_handshake_costs_nobody_anything() throws Exception {
    try (SocketsUnderTest node = new SocketsUnderTest("WS_HEARTBEAT_INTERVAL", "1", "WS_HEARTBEAT_TTL_MS", "2000",
        "WS_MAX_SOCKETS_PER_USER", "3", "WS_MESSAGE_RATE", "0")) {
      RawSocket other = node.connect();
      String token = node.tokens.sign(user()).access();
      for (int i = 0; i < 200; i++) {
        try (Socket socket = new Socket()) {
          socket.connect(new InetSocketAddress("127.0.0.1", node.port()));
          socket.setSoLinger(true, 0);
          socket.getOutputStream().write(("GET /ws?access_token=" + token + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
              + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
        }
      }
      until(() -> node.counted("fastroom.sockets") == 1);
      RawSocket after = node.raw("/ws?access_token=" + token);
      assertThat(after.json("system").getString("message")).as("their places are free again").startsWith("connected");
      int pings = other.pings();
      long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (other.pings() == pings && System.nanoTime() < limit) {
        other.send(frame("ping"));
        other.json("pong");
      }
      assertThat(other.pings()).as("the others are still looked after").isGreaterThan(pings);
    }
  }
}
