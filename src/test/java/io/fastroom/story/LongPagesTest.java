package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Crowd;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The longest pages of history, more at once than there is direct memory for what PostgreSQL answers. */
@Tag("slow")
class LongPagesTest {
  private static final int READERS = 40;
  private static final int EACH = 3;
  private static final int PAGE = 200;
  private static final int DIRECT = 48 << 20;

  @Test
  void readings_wait_for_memory_as_they_do_for_connections() throws SQLException {
    try (NodeProcess node = new NodeProcess(Backends.postgres(), Backends.redis(), Map.of("DATABASE_POOL_SIZE", "50"))
        .java("-Dio.netty.maxDirectMemory=" + DIRECT).start()) {
      List<Person> readers = Crowd.of(Backends.postgres(), "reader", READERS);
      RoomRef room = readers.get(0).createRoom(node);
      fill(room.id(), readers.get(0));
      AtomicInteger served = new AtomicInteger();
      List<CompletableFuture<Void>> done = readers.stream()
          .map(reader -> CompletableFuture.runAsync(() -> read(node, reader, room, served),
              task -> new Thread(task).start())).toList();
      done.forEach(CompletableFuture::join);
      assertThat(served).hasPositiveValue();
      assertThat(node.metric("fastroom_direct_memory_bytes")).isLessThan(DIRECT);
      node.assertCleanLog(0);
    }
  }

  private static void read(NodeProcess node, Person reader, RoomRef room, AtomicInteger served) {
    for (int i = 0; i < EACH; i++) {
      // Who has waited for four seconds on a slow machine is told to come again.
      Answer answer = reader.on(node).get(room.path() + "/messages?limit=" + PAGE);
      assertThat(answer.status()).as(answer.text()).isIn(200, 503);
      if (answer.status() == 200) {
        served.incrementAndGet();
      }
    }
  }

  private static void fill(long roomId, Person author) throws SQLException {
    try (Connection database = Backends.postgres().connect(); PreparedStatement insert = database.prepareStatement("""
        INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count)
        SELECT r.id, r.head_seq + n, ?, ?, repeat('🙂', 4000), clock_timestamp(), n
        FROM rooms r, generate_series(1, ?) n WHERE r.id = ?""")) {
      insert.setLong(1, author.id());
      insert.setString(2, author.name());
      insert.setInt(3, PAGE);
      insert.setLong(4, roomId);
      insert.executeUpdate();
    }
  }
}
