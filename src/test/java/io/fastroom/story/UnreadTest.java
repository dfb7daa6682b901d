package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is unread after everything that people do, compared with a count of the messages themselves. */
class UnreadTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int STEPS = 150;

  private final Random random = new Random(20260131);
  private final Map<Long, List<Long>> messages = new HashMap<>();

  /** What a client has been told of its rooms: the list, and what came after it. */
  private static Map<Long, JsonObject> told(Ws ws) {
    Map<Long, JsonObject> rooms = new HashMap<>();
    for (JsonObject frame : ws.received().stream().map(Ws.Received::json).toList()) {
      Long id = frame.getLong("room_id");
      switch (frame.getString("type")) {
        case "rooms" -> frame.getJsonArray("rooms").forEach(each ->
            rooms.put(((JsonObject) each).getLong("room_id"), (JsonObject) each));
        case "room_added" -> rooms.put(id, frame);
        case "room_removed" -> rooms.remove(id);
        case "activity" -> rooms.computeIfPresent(id, (key, was) -> was.copy().mergeIn(frame));
        case "read" -> rooms.computeIfPresent(id, (key, was) -> was.copy().put("read_seq", frame.getLong("seq"))
            .put("unread", frame.getLong("seq") >= was.getLong("seq") ? 0 : was.getInteger("unread")));
        default -> { }
      }
    }
    return rooms;
  }

  /** {@code room_id: seq, read_seq, unread}, counted one by one. */
  private static Map<Long, String> counted(Person person) {
    String query = """
        SELECT m.room_id, h.seq, k.seq, least(99, (SELECT count(*) FROM messages x WHERE x.room_id = m.room_id
          AND x.seq > k.seq AND NOT x.deleted AND x.user_id <> m.user_id))
        FROM room_members m JOIN room_heads h ON h.room_id = m.room_id LEFT JOIN read_marks d
          ON d.room_id = m.room_id AND d.user_id = m.user_id
        CROSS JOIN LATERAL (SELECT GREATEST(d.seq, m.joined_seq, 0) AS seq) k
        WHERE m.is_member AND NOT m.is_banned AND m.user_id =\s""" + person.id();
    Map<Long, String> rooms = new HashMap<>();
    try (Connection database = Backends.postgres().connect(); Statement each = database.createStatement();
         ResultSet rows = each.executeQuery(query)) {
      while (rows.next()) {
        rooms.put(rows.getLong(1), rows.getLong(2) + ", " + rows.getLong(3) + ", " + rows.getLong(4));
      }
      return rooms;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<Long, String> seen(Ws ws) {
    Map<Long, String> rooms = new HashMap<>();
    told(ws).forEach((id, room) -> rooms.put(id, room.getLong("seq") + ", " + room.getLong("read_seq") + ", "
        + room.getInteger("unread")));
    return rooms;
  }

  private static void agrees(String who, Person person, Ws ws) {
    try {
      Until.holds(who, PATIENCE, () -> seen(ws).equals(counted(person)));
    } catch (AssertionError late) {
      assertThat(seen(ws)).as(who).isEqualTo(counted(person));
    }
  }

  @Test
  void is_exact_on_each_device_after_whatever_people_do() {
    Person alice = person("alice");
    Person bob = person("bob");
    List<RoomRef> rooms = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RoomRef room = alice.createRoom(one());
      bob.on(two()).post(room.path() + "/join").expect(201);
      rooms.add(room);
    }
    Ws phone = connect(bob, one());
    Ws laptop = connect(bob, two());
    Ws hers = connect(alice, two());
    List.of(phone, laptop, hers).forEach(ws -> ws.send("watch"));
    for (int i = 0; i < STEPS; i++) {
      step(alice, bob, rooms.get(random.nextInt(rooms.size())), random.nextBoolean() ? phone : laptop);
    }
    agrees("bob's phone", bob, phone);
    agrees("bob's laptop", bob, laptop);
    agrees("alice's", alice, hers);
    Ws fresh = connect(bob, one());
    fresh.send("watch");
    agrees("bob's next device", bob, fresh);
    for (Ws ws : List.of(phone, laptop, hers)) {
      assertThat(ws.isOpen()).isTrue();
      assertThat(ws.frames("error")).allMatch(error("not_in_room"));
    }
  }

  /** As after a hint that Redis has lost, or a node that died before it gave one. */
  @Test
  void what_no_node_tells_is_found() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    RoomRef other = alice.createRoom(one());
    bob.on(two()).post(room.path() + "/join").expect(201);
    Ws phone = connect(bob, one());
    phone.send("watch");
    agrees("before", bob, phone);
    for (int i = 0; i < 3; i++) {
      sql("INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count) SELECT room_id,"
          + " seq + 1, " + alice.id() + ", '" + alice.name() + "', 'untold', clock_timestamp(), message_count + 1"
          + " FROM room_heads WHERE room_id = " + room.id());
    }
    phone.await("what was said", f -> Ws.type(f, "activity") && f.getInteger("unread") == 3);
    sql("SELECT * FROM mark_read_v2(ARRAY[" + bob.id() + "], ARRAY[" + room.id() + "], ARRAY[2], 50)");
    phone.await("what was read", type("read"));
    sql("INSERT INTO room_members (room_id, user_id) VALUES (" + other.id() + ", " + bob.id() + ")");
    phone.await("another room", f -> Ws.type(f, "room_added") && f.getLong("room_id") == other.id());
    sql("UPDATE room_members SET is_banned = true WHERE room_id = " + other.id() + " AND user_id = " + bob.id());
    phone.await("the ban", f -> Ws.type(f, "room_removed") && "banned".equals(f.getString("reason")));
    agrees("after", bob, phone);
  }

  /** As after a failover that has lost the last commits, of which some are made anew. */
  @Test
  void a_mark_that_the_database_has_lost_is_written_once_more() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    RoomRef other = alice.createRoom(one());
    Ws hers = connect(alice, one());
    for (RoomRef each : List.of(room, other)) {
      bob.on(two()).post(each.path() + "/join").expect(201);
      hers.join(each.name());
      for (int i = 0; i < 4; i++) {
        hers.chat(each.name(), "message " + i);
      }
    }
    Ws phone = connect(bob, one());
    Ws laptop = connect(bob, two());
    List.of(phone, laptop).forEach(ws -> ws.send("watch"));
    agrees("before", bob, phone);
    agrees("before", bob, laptop);
    for (boolean counted : new boolean[] {false, true}) {
      long seq = counted ? 4 : 3;
      phone.send("read", "room", room.name(), "seq", seq);
      Until.holds("the mark", PATIENCE, () -> marked(bob, room) == seq);
      laptop.await("the mark", f -> Ws.type(f, "read") && f.getLong("room_id") == room.id() && f.getLong("seq") == seq);
      sql("UPDATE read_marks SET seq = 2 WHERE user_id = " + bob.id() + " AND room_id = " + room.id()
          + "; UPDATE user_counts SET version = version - 1 WHERE user_id = " + bob.id());
      if (counted) {
        phone.send("read", "room", other.name(), "seq", 2);
      }
      Until.holds("it is back", PATIENCE, () -> marked(bob, room) == seq);
      agrees("after", bob, phone);
      agrees("after", bob, laptop);
    }
  }

  private static long marked(Person person, RoomRef room) {
    String[] place = counted(person).get(room.id()).split(", ");
    return Long.parseLong(place[1]);
  }

  private static void sql(String statement) {
    try (Connection database = Backends.postgres().connect(); Statement each = database.createStatement()) {
      each.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_node_that_is_killed_leaves_nothing_uncounted() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(two()).post(room.path() + "/join").expect(201);
    Ws phone = connect(bob, one());
    try (NodeProcess doomed = Cluster.start(Cluster.UNLIMITED)) {
      Ws laptop = connect(bob, doomed);
      List.of(phone, laptop).forEach(ws -> ws.send("watch"));
      Ws hers = inRoom(alice, doomed, room);
      for (int i = 0; i < 40; i++) {
        hers.send("chat", "room", room.name(), "message", "message " + i);
        if (i % 10 == 0) {
          laptop.send("read", "room", room.name(), "seq", i / 2);
        }
      }
      hers.await("some of it", chat("message 5"));
      doomed.kill9();
    }
    Ws tablet = connect(bob, two());
    tablet.send("watch");
    agrees("a device on another node", bob, tablet);
    agrees("the device that was there all the time", bob, phone);
  }

  private void step(Person alice, Person bob, RoomRef room, Ws device) {
    NodeProcess node = random.nextBoolean() ? one() : two();
    List<Long> said = messages.computeIfAbsent(room.id(), id -> new ArrayList<>());
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> say(random.nextInt(3) == 0 ? bob : alice, node, room, said);
      case 4 -> change(alice, node, room, said, false);
      case 5 -> change(alice, node, room, said, true);
      case 6, 7 -> device.send("read", "room", room.name(), "seq", random.nextInt(60));
      case 8 -> {
        JsonObject listed = told(device).get(room.id());
        device.send("read", "room", room.name(), "seq", listed == null ? 0 : listed.getLong("seq"));
      }
      default -> {
        bob.on(node).delete(room.path() + "/leave");
        bob.on(node).post(room.path() + "/join");
      }
    }
    Until.pause(random.nextInt(120));
  }

  private static void say(Person person, NodeProcess node, RoomRef room, List<Long> said) {
    Answer answer = person.on(node).post(room.path() + "/messages", new JsonObject().put("content", "hello"));
    if (answer.status() == 201) {
      said.add(answer.json().getLong("message_id"));
    }
  }

  private void change(Person alice, NodeProcess node, RoomRef room, List<Long> said, boolean delete) {
    if (!said.isEmpty()) {
      String message = room.path() + "/messages/" + said.get(random.nextInt(said.size()));
      if (delete) {
        alice.on(node).delete(message);
      } else {
        alice.on(node).patch(message, new JsonObject().put("content", "edited " + random.nextInt()));
      }
    }
  }
}
