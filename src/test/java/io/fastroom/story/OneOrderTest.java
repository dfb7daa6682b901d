package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Promise 2 under load. {@code -Dfastroom.order.seconds=60} is more of it than the suite has time for. */
@Tag("alone")
class OneOrderTest extends Story {
  private static final int SECONDS = Integer.getInteger("fastroom.order.seconds", 5);
  /** What a sender has under way: enough that the node never waits for it, and never so much that it refuses some. */
  private static final int UNANSWERED = 400;

  /** An event as one receiver saw it; {@code rest} stands for all its other fields. */
  private record Seen(long seq, long id, long userId, String text, int rest) { }

  /** Thread: its socket's reader. */
  private static final class Log {
    private final List<Seen> events = new ArrayList<>();

    synchronized void hear(JsonObject f) {
      if (f.containsKey("seq")) {
        events.add(new Seen(f.getLong("seq"), f.getLong("message_id", 0L), f.getLong("user_id", 0L),
            f.getString("message"), f.encode().hashCode()));
      }
    }

    synchronized int size() {
      return events.size();
    }

    synchronized List<Seen> events() {
      return List.copyOf(events);
    }
  }

  @Test
  void six_receivers_on_two_nodes_see_what_four_senders_say_at_full_speed_in_one_order_without_gaps() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    List<Ws> receivers = IntStream.range(0, 6).mapToObj(i -> inRoom(person("r"), i % 2 == 0 ? one() : two(), room))
        .toList();
    List<Sender> senders = IntStream.range(0, 4).mapToObj(i -> {
      Person person = person("s");
      return new Sender(person, inRoom(person, i % 2 == 0 ? one() : two(), room), room);
    }).toList();
    long before = receivers.get(0).chat(room.name(), "start").getLong("seq");
    receivers.forEach(receiver -> receiver.await("the start", chat("start")));
    List<Log> logs = receivers.stream().map(receiver -> {
      Log log = new Log();
      receiver.listen(log::hear);
      return log;
    }).toList();
    List<Thread> threads = senders.stream().map(Thread::new).toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    int said = senders.stream().mapToInt(sender -> sender.said).sum();
    Until.holds("all have all", Duration.ofSeconds(30), () -> logs.stream().allMatch(log -> log.size() >= said));
    List<Seen> first = logs.get(0).events();
    System.out.println(said + " chats in " + SECONDS + " s by four senders, seen by six receivers");
    assertThat(first.stream().map(Seen::seq).toList()).isEqualTo(range(before + 1, before + said));
    for (Log log : logs) {
      assertThat(log.events().equals(first)).as("one sequence").isTrue();
    }
    assertThat(first.stream().map(seen -> new Seen(seen.seq, seen.id, seen.userId, seen.text, 0)).toList()
        .equals(committed(room, before))).as("that of the database").isTrue();
    for (Sender sender : senders) {
      assertThat(sender.errors).isZero();
      assertThat(first.stream().filter(seen -> seen.userId == sender.person.id()).map(Seen::text).toList())
          .isEqualTo(IntStream.range(0, sender.said).mapToObj(i -> "m" + i).toList());
    }
  }

  private static List<Seen> committed(RoomRef room, long after) throws SQLException {
    try (Connection database = Backends.postgres().connect(); PreparedStatement select = database.prepareStatement(
        "SELECT seq, id, user_id, content FROM messages WHERE room_id = ? AND seq > ? ORDER BY seq")) {
      select.setLong(1, room.id());
      select.setLong(2, after);
      ResultSet rows = select.executeQuery();
      List<Seen> committed = new ArrayList<>();
      while (rows.next()) {
        committed.add(new Seen(rows.getLong(1), rows.getLong(2), rows.getLong(3), rows.getString(4), 0));
      }
      return committed;
    }
  }

  /** Sends as fast as it is answered. */
  private static final class Sender implements Runnable {
    private final Person person;
    private final Ws ws;
    private final RoomRef room;
    private final Semaphore free = new Semaphore(UNANSWERED);
    private volatile int said;
    private volatile int errors;

    Sender(Person person, Ws ws, RoomRef room) {
      this.person = person;
      this.ws = ws;
      this.room = room;
      ws.listen(this::hear);
    }

    private void hear(JsonObject f) {
      if (Ws.type(f, "chat") && f.getLong("user_id") == person.id()) {
        free.release();
      } else if (Ws.type(f, "error")) {
        errors++;
        free.release();
      }
    }

    @Override
    public void run() {
      long end = System.nanoTime() + SECONDS * 1_000_000_000L;
      while (System.nanoTime() < end) {
        free.acquireUninterruptibly();
        ws.send("chat", "room", room.name(), "message", "m" + said);
        said++;
      }
    }
  }
}
