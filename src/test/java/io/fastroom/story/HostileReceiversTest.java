package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Hooks that lead to what speaks no HTTP, or wrong HTTP. */
class HostileReceiversTest extends WebhookStory {
  /** Says one and the same thing to whoever connects and has said something. */
  private static final class Talker implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Long> tries = new CopyOnWriteArrayList<>();

    Talker(String words) throws IOException {
      Thread thread = new Thread(() -> {
        while (!server.isClosed()) {
          try (Socket one = server.accept()) {
            InputStream in = one.getInputStream();
            if (in.read(new byte[4_096]) > 0) {
              tries.add(System.nanoTime());
              one.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
              one.shutdownOutput();
              in.readAllBytes();
            }
          } catch (IOException e) {
            continue;
          }
        }
      }, "talker");
      thread.setDaemon(true);
      thread.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getLocalPort() + "/";
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  @Test
  void what_is_no_answer_is_tried_again_more_and_more_seldom_and_told_to_nobody() throws IOException {
    Person alice = person("alice");
    long before = one().logLength();
    long beside = two().logLength();
    for (String words : List.of("HTTP/x\0y 200 OK\r\n\r\n",
        "SSH-2.0-secret hush x\r\n", "HTTP/1.1 99999999999 secret\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: secret\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n".replace("OK", "x".repeat(9_000)))) {
      RoomRef room = alice.createRoom(one());
      Talker talker = closing(new Talker(words));
      JsonObject hook = make(alice, room, talker.url());
      say(alice, room, "one");
      awaits("it fails", () -> "failing".equals(shown(alice, room, hook).getString("state")));
      JsonObject shown = shown(alice, room, hook);
      assertThat(shown.getValue("last_status")).as(words).isNull();
      assertThat(shown.getString("last_error")).as(words).isEqualTo("The receiver could not be reached");
      awaits("it is tried again", () -> talker.tries.size() > 1);
      assertThat(talker.tries.get(1) - talker.tries.get(0)).as(words).isGreaterThan(2_000_000_000L);
    }
    for (String log : List.of(one().logFrom(before), two().logFrom(beside))) {
      assertThat(log.lines().filter(line -> line.contains("ERROR") || line.toLowerCase().contains("secret"))).isEmpty();
    }
  }
}
