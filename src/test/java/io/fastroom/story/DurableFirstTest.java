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
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promise 1, in a room whose commits take long: whoever sees an event finds it committed at that moment. */
class DurableFirstTest extends Story {
  private static final String SLOW_COMMITS = """
      CREATE OR REPLACE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('fastroom.slow', true) IS DISTINCT FROM 'yes' THEN
          PERFORM pg_sleep(0.15), set_config('fastroom.slow', 'yes', true);
        END IF;
        RETURN NULL;
      END
      $$;
      CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.room_id = %1$d) EXECUTE FUNCTION slow_commit();
      CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON room_events DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.room_id = %1$d) EXECUTE FUNCTION slow_commit()""";

  private Person alice;
  private RoomRef room;

  @BeforeEach
  void a_room_whose_commits_take_long() throws SQLException {
    alice = person("alice");
    room = alice.createRoom(one());
    execute(SLOW_COMMITS.formatted(room.id()));
  }

  @AfterEach
  void as_before() throws SQLException {
    execute("DROP TRIGGER slow_commit ON messages; DROP TRIGGER slow_commit ON room_events;"
        + " DROP FUNCTION slow_commit");
  }

  private static void execute(String sql) throws SQLException {
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Looks up each event in the database as it comes. Thread: its socket's reader. */
  private static final class Auditor implements AutoCloseable {
    private final Connection database = Backends.postgres().connect();
    private final PreparedStatement find = database.prepareStatement("SELECT FROM messages WHERE room_id = ?"
        + " AND seq = ? UNION ALL SELECT FROM room_events WHERE room_id = ? AND seq = ?");
    private final long room;
    private final List<String> early = new ArrayList<>();
    private int events;

    Auditor(RoomRef room) throws SQLException {
      this.room = room.id();
    }

    synchronized void hear(JsonObject frame) {
      if (!frame.containsKey("seq")) {
        return;
      }
      try {
        for (int i = 0; i < 4; i++) {
          find.setLong(i + 1, i % 2 == 0 ? room : frame.getLong("seq"));
        }
        if (!find.executeQuery().next()) {
          early.add(frame.encode());
        }
        events++;
      } catch (SQLException e) {
        early.add(e.toString());
      }
    }

    synchronized int events() {
      return events;
    }

    synchronized List<String> early() {
      return List.copyOf(early);
    }

    @Override
    public void close() throws SQLException {
      database.close();
    }
  }

  @Test
  void nobody_sees_an_event_before_it_is_committed() throws SQLException {
    Person bob = person("bob");
    Ws a = inRoom(alice, one(), room);
    List<Ws> sockets = List.of(inRoom(bob, one(), room), inRoom(bob, two(), room), a);
    long message = a.chat(room.name(), "first").getLong("message_id");
    sockets.get(1).await("the first", chat("first"));
    List<Auditor> auditors = new ArrayList<>();
    for (Ws socket : sockets) {
      Auditor auditor = closing(new Auditor(room));
      socket.listen(auditor::hear);
      auditors.add(auditor);
    }
    // More than one packet of the database's answers holds.
    int many = 600;
    for (int i = 0; i < many; i++) {
      a.send("chat", "room", room.name(), "message", "m" + i);
    }
    String path = room.path() + "/messages/" + message;
    alice.on(two()).patch(path, new JsonObject().put("content", "edited")).expect(200);
    alice.on(one()).delete(path).expect(204);
    alice.flag(one(), room, bob, "mute", true).expect(200);
    Until.holds("all have all", () -> auditors.stream().allMatch(auditor -> auditor.events() >= many + 3));
    assertThat(auditors).flatExtracting(Auditor::early).isEmpty();
  }
}
