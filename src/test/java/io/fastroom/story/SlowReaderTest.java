package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Promise 5. */
class SlowReaderTest extends Story {
  private static final int MESSAGES = 900;

  @Test
  void a_reader_that_stops_for_a_while_gets_everything_in_order_and_one_that_never_reads_is_dropped() {
    Person alice = person("alice");
    Person slowUser = person("slow");
    Person deadUser = person("dead");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws viewer = inRoom(person("viewer"), two(), room);
    Ws slow = stopped(slowUser, room);
    Ws dead = stopped(deadUser, room);
    double before = bytesOut(one());
    double beforeThere = bytesOut(two());
    long start = System.nanoTime();
    String text = "🙂".repeat(3_900);
    for (int i = 0; i < MESSAGES; i++) {
      a.send("chat", "room", room.name(), "message", i + text);
      if (i % 50 == 49) {
        String last = i + text;
        viewer.await("message " + i + " at the quick reader", Duration.ofSeconds(20), chat(last));
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
    assertThat((bytesOut(one()) - before) / (bytesOut(two()) - beforeThere))
        .as("what one quick reader and two that stopped were written, to what one quick reader was")
        .isBetween(1.0, 2.0);
    slow.resume();
    slow.await("the last message", Duration.ofSeconds(30), chat((MESSAGES - 1) + text));
    List<JsonObject> chats = slow.frames("chat");
    assertThat(chats).hasSize(MESSAGES);
    long first = chats.get(0).getLong("seq");
    List<Long> seqs = liveSeqs(slow).stream().filter(seq -> seq >= first).toList();
    assertThat(seqs).isEqualTo(range(first, first + MESSAGES - 1));
    for (int i = 0; i < MESSAGES; i++) {
      assertThat(chats.get(i).getString("message")).startsWith(i + "🙂");
    }
    viewer.await("the dead reader is given up", Duration.ofSeconds(45), diff("leave", deadUser));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(29));
    dead.resume();
    assertThat(dead.awaitClose(Duration.ofSeconds(20))).isIn(4408, Ws.NO_CLOSE_FRAME);
    assertThat(viewer.frames("presence_diff")).noneMatch(diff("leave", slowUser));
  }

  /** Into the channels of sockets, taken by the peers or not. */
  private static double bytesOut(NodeProcess node) {
    String metrics = new Rest("http://127.0.0.1:" + node.managementPort(), null).get("/metrics").expect(200).text();
    return metrics.lines().filter(line -> line.startsWith("fastroom_bytes_out_bytes_total "))
        .mapToDouble(line -> Double.parseDouble(line.split(" ")[1])).sum();
  }

  private Ws stopped(Person person, RoomRef room) {
    Ws ws = closing(Ws.open(one().port(), "/ws?access_token=" + person.access(), Map.of(), 4_096));
    ws.join(room.name());
    ws.pause();
    return ws;
  }
}
