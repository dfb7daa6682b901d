package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Promise 9, on a PostgreSQL that logs what it executes. */
class ReconnectStormTest {
  private static final Pattern READS_THE_LOG =
      Pattern.compile("(?i)\\b(FROM|JOIN)\\s+(messages|room_events)\\b|\\bread_log\\w*\\(");

  @Test
  void many_clients_of_one_room_that_come_back_at_once_do_not_cost_a_query_each() {
    try (Postgres postgres = new Postgres(true);
        NodeProcess node = new NodeProcess(postgres, Backends.redis(), Cluster.UNLIMITED).start()) {
      Person alice = Person.register(node, "alice");
      Person bob = Person.register(node, "bob");
      RoomRef room = alice.createRoom(node);
      int clients = 40;
      try (Ws a = alice.connect(node); Ws b = bob.connect(node)) {
        a.join(room.name());
        b.join(room.name());
        long since = a.chat(room.name(), "before").getLong("seq");
        for (int i = 0; i < 200; i++) {
          a.send("chat", "room", room.name(), "message", "m" + i);
        }
        a.await("the last", Story.chat("m199"));
        List<Ws> storm = new ArrayList<>();
        IntStream.range(0, clients).forEach(i -> storm.add(bob.connect(node)));
        long before = reads(postgres);
        List<Joined> answers = storm.parallelStream().map(ws -> ws.join(room.name(), since)).toList();
        long after = reads(postgres);
        assertThat(answers).allSatisfy(answer -> {
          assertThat(answer.resumed()).isTrue();
          assertThat(answer.seqs()).isEqualTo(Story.range(since + 1, since + 200));
        });
        assertThat(after - before).as("reads of the log for %d clients", clients).isLessThan(clients / 4);
        storm.forEach(Ws::close);
      }
    }
  }

  private static long reads(Postgres postgres) {
    return READS_THE_LOG.matcher(String.join("\n", postgres.statements())).results().count();
  }
}
