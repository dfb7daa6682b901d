package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A fresh node runs out of descriptors before anybody has said a word. */
@Tag("slow")
class DescriptorsTest {
  @Test
  void frames_are_answered_when_descriptors_come_back() throws Exception {
    try (NodeProcess node = new NodeProcess(Backends.postgres(), Backends.redis(), Map.of()).limited(300).start()) {
      List<Socket> idle = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), node.port()));
      }
      Until.holds("it has run out of descriptors", () -> node.log().contains("Too many open files"));
      for (Socket one : idle) {
        one.close();
      }
      Until.holds("it is ready again", Duration.ofSeconds(20), () -> node.readiness() == 200);
      Person alice = Person.register(node, "alice");
      RoomRef room = alice.createRoom(node);
      Ws socket = alice.connect(node);
      socket.join(room.name());
      assertThat(socket.chat(room.name(), "hello").getString("message")).isEqualTo("hello");
      socket.ask("ping");
    }
  }
}
