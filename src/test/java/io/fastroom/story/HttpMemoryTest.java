package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Until;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies that are not ended, on a node that may keep four MiB of them. */
@Tag("slow")
class HttpMemoryTest {
  private static final int MOST = 4 << 20;
  private static final int BODY = 60_000;
  private static final int BODIES = 3_000;
  private static final int CLIENTS = 8;

  @Test
  void of_whoever_has_most_unended_bodies_the_oldest_go_and_others_are_served() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try (NodeProcess node = new NodeProcess(Backends.postgres(), Backends.redis(), Map.of())
        .java("-Dio.netty.maxDirectMemory=" + 4 * MOST).start()) {
      Person much = Person.register(node, "much");
      Person little = Person.register(node, "little");
      Socket fair = begin(node, little);
      sockets.add(fair);
      for (int i = 0; i < 2 * MOST / BODY; i++) {
        sockets.add(begin(node, much));
      }
      Until.holds("some are given up", Duration.ofSeconds(30),
          () -> node.metric("fastroom_rate_limited_total{kind=\"http_buffer\"}") > 0);
      assertThat(node.metric("fastroom_http_buffer_bytes")).isLessThanOrEqualTo(2 * MOST);
      Until.holds("what they had is let go", Duration.ofSeconds(30),
          () -> node.metric("fastroom_http_buffer_bytes") <= MOST);
      assertThat(closed(sockets.get(1))).as("the oldest of whoever has most").isTrue();
      fair.getOutputStream().write("\"}".getBytes(StandardCharsets.US_ASCII));
      byte[] status = new byte[12];
      assertThat(fair.getInputStream().readNBytes(status, 0, status.length)).isEqualTo(status.length);
      // A full_name of sixty thousand letters; that it was read to its end is what counts.
      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 422");
      assertThat(little.on(node).get("/users/me").status()).isEqualTo(200);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void bodies_that_are_worth_more_than_the_heap_do_not_end_a_node() throws Exception {
    List<Socket> sockets = new CopyOnWriteArrayList<>();
    try (NodeProcess node = new NodeProcess(Backends.postgres(), Backends.redis(), Map.of())
        .java("-Xmx128m", "-Dio.netty.maxDirectMemory=" + 16 * MOST).start()) {
      Person much = Person.register(node, "much");
      byte[] begun = ("POST /token HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n"
          + "Content-Length: 65536\r\n\r\n" + "x".repeat(BODY)).getBytes(StandardCharsets.US_ASCII);
      Thread[] clients = new Thread[CLIENTS];
      for (int i = 0; i < CLIENTS; i++) {
        clients[i] = new Thread(() -> {
          for (int n = 0; n < BODIES / CLIENTS && node.running(); n++) {
            try {
              Socket socket = new Socket("127.0.0.1", node.port());
              sockets.add(socket);
              socket.getOutputStream().write(begun);
            } catch (IOException closed) {
              // That is what is to happen to most of them.
            }
          }
        });
        clients[i].start();
      }
      for (Thread client : clients) {
        client.join();
      }
      assertThat(node.running()).as("it has not run out of memory").isTrue();
      assertThat(much.on(node).get("/users/me").status()).isEqualTo(200);
      assertThat(node.metric("fastroom_rate_limited_total{kind=\"http_buffer\"}")).isGreaterThan(BODIES / 2);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** All of a body but its last two bytes. */
  private static Socket begin(NodeProcess node, Person who) throws IOException {
    Socket socket = new Socket("127.0.0.1", node.port());
    socket.setSoTimeout(30_000);
    String start = "{\"full_name\":\"";
    socket.getOutputStream().write(("PATCH /users/me HTTP/1.1\r\nHost: 127.0.0.1:" + node.port()
        + "\r\nAuthorization: Bearer " + who.access() + "\r\nContent-Type: application/json\r\nContent-Length: "
        + (BODY + start.length() + 2) + "\r\n\r\n" + start + "x".repeat(BODY)).getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static boolean closed(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }
}
