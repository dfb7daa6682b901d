package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node that keeps messages for three days, and events for as long as anybody can resume over them. */
class RetentionTest extends Story {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    node = Cluster.start(Map.of("MESSAGE_RETENTION_DAYS", "3", "AUDIT_RETENTION_DAYS", "30"));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void sql(String statement) {
    try (Connection database = Backends.postgres().connect(); Statement run = database.createStatement()) {
      run.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void age(RoomRef room, long upTo, String by) {
    sql("UPDATE messages SET created_at = created_at - interval '" + by + "' WHERE room_id = " + room.id()
        + " AND seq <= " + upTo + "; UPDATE room_events SET ts = ts - interval '" + by + "' WHERE room_id = " + room.id()
        + " AND seq <= " + upTo);
  }

  private static JsonObject page(Person person, RoomRef room) {
    return person.on(node).get(room.path() + "/messages").expect(200).json();
  }

  private static List<String> texts(JsonArray messages, String field) {
    return messages.stream().map(each -> ((JsonObject) each).getString(field)).toList();
  }

  @Test
  void old_messages_go_with_their_texts_and_new_ones_stay_counted_in_order() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(node);
    Ws a = inRoom(alice, node, room);
    JsonObject first = a.chat(room.name(), "first");
    a.chat(room.name(), "second");
    alice.on(node).send("PATCH", room.path() + "/messages/" + first.getLong("message_id"), "application/json",
        "{\"content\": \"first, edited\"}").expect(200);
    JsonObject edited = a.await("the edit", type("message_updated"));
    a.chat(room.name(), "third");
    a.close();
    age(room, edited.getLong("seq"), "4 days");
    Until.holds("the old ones are gone", LONG, () -> page(alice, room).getInteger("total") == 1);
    assertThat(texts(page(alice, room).getJsonArray("items"), "content")).containsExactly("third");
    assertThat(count("SELECT count(*) FROM messages WHERE (content LIKE '%first%' OR content = 'second')", room)).isZero();
    assertThat(count("SELECT count(*) FROM room_events WHERE content <> ''", room)).isZero();
    Joined again = connect(alice, two()).join(room.name());
    assertThat(texts(new JsonArray(again.entries()), "message")).containsExactly("third");
    assertThat(inRoom(alice, node, room).chat(room.name(), "fourth").getLong("seq")).isEqualTo(edited.getLong("seq") + 2);
    assertThat(page(alice, room).getInteger("total")).isEqualTo(2);
  }

  @Test
  void a_room_can_have_a_time_of_its_own() {
    Person admin = AdministrationTest.admin();
    Person alice = person("alice");
    RoomRef brief = alice.createRoom(node);
    RoomRef longer = alice.createRoom(node);
    RoomRef ever = alice.createRoom(node);
    RoomRef asSet = alice.createRoom(node);
    assertThat(keep(admin, brief, 1).getInteger("retention_days")).isEqualTo(1);
    keep(admin, longer, 30);
    keep(admin, ever, 0);
    keep(admin, asSet, 0);
    assertThat(keep(admin, asSet, null).getValue("retention_days")).isNull();
    for (RoomRef room : List.of(brief, longer, ever, asSet)) {
      Ws a = inRoom(alice, node, room);
      a.chat(room.name(), "old");
      long old = a.chat(room.name(), "also old").getLong("seq");
      a.chat(room.name(), "new");
      a.close();
      age(room, old, room == brief ? "25 hours" : "20 days");
    }
    for (RoomRef room : List.of(brief, asSet)) {
      Until.holds("the old ones are gone", LONG, () -> page(alice, room).getInteger("total") == 1);
    }
    // Rooms are looked at in the order of their making, and these were made before the last.
    assertThat(page(alice, longer).getInteger("total")).isEqualTo(3);
    assertThat(page(alice, ever).getInteger("total")).isEqualTo(3);
    keep(admin, longer, 10);
    Until.holds("the old ones are gone", LONG, () -> page(alice, longer).getInteger("total") == 1);
    assertThat(page(alice, ever).getInteger("total")).isEqualTo(3);
    JsonObject entry = admin.on(two()).get("/admin/audit?limit=1").expect(200).json().getJsonArray("items").getJsonObject(0);
    assertThat(entry.getString("action")).isEqualTo("room_changed");
    assertThat(entry.getJsonObject("details").getString("retention_days")).isEqualTo("10");
    for (Object wrong : new Object[] {-1, 36_501, 1.5, "7", true}) {
      admin.on(one()).patch("/admin" + ever.path(), new JsonObject().put("retention_days", wrong)).expect(422);
    }
    alice.on(one()).patch(ever.path(), new JsonObject().put("retention_days", 1)).expect(422);
    alice.on(one()).patch("/admin" + ever.path(), new JsonObject().put("retention_days", 1)).expect(403);
    admin.on(one()).delete("/admin" + ever.path()).expect(204);
    assertThat(count("SELECT count(*) FROM room_retentions WHERE true", ever)).isZero();
  }

  private static JsonObject keep(Person admin, RoomRef room, Integer days) {
    JsonObject change = new JsonObject().put("retention_days", days);
    assertThat(admin.on(two()).patch("/admin" + room.path(), change).expect(200).json().getLong("id")).isEqualTo(room.id());
    return admin.on(one()).get("/admin/rooms?limit=200").expect(200).json().getJsonArray("items").stream()
        .map(each -> (JsonObject) each).filter(each -> each.getLong("id") == room.id()).findFirst().orElseThrow();
  }

  @Test
  void a_long_log_loses_its_beginning_and_nobody_resumes_over_what_is_gone() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(node);
    Ws a = inRoom(alice, node, room);
    long head = a.chat(room.name(), "the last but 1500").getLong("seq");
    a.close();
    // One that never had a text, and so on: rows as a node writes them.
    sql("INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count) SELECT " + room.id()
        + ", " + head + " + i, " + alice.id() + ", '" + alice.name() + "', 'text ' || i, now() - interval '1 minute'"
        + " + i * interval '1 millisecond', i + 1 FROM generate_series(1, 1500) AS i");
    age(room, head + 100, "9 days");
    sql("UPDATE rooms SET created_at = created_at - interval '9 days' WHERE id = " + room.id());
    Until.holds("the beginning is gone", LONG, () -> count("SELECT count(*) FROM messages WHERE seq <= " + (head + 100),
        room) == 0);
    assertThat(count("SELECT count(*) FROM messages WHERE seq > " + (head + 100), room)).isEqualTo(1_400);
    assertThat(page(alice, room).getInteger("total")).isEqualTo(1_400);
    // The other node has never seen the room, so it knows what is in the database.
    assertThat(connect(alice, two()).join(room.name(), head + 100).resumed()).isTrue();
    assertThat(connect(alice, two()).join(room.name(), head + 99).resumed()).isFalse();
    assertThat(connect(alice, two()).join(room.name(), 0L).resumed()).isFalse();
  }

  @Test
  void what_is_gone_is_not_unread_any_more_on_any_device() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(node);
    bob.on(node).post(room.path() + "/join").expect(201);
    Ws a = inRoom(alice, node, room);
    long seq = 0;
    for (int i = 0; i < 5; i++) {
      seq = a.chat(room.name(), "old " + i).getLong("seq");
    }
    a.chat(room.name(), "new");
    List<Ws> devices = List.of(connect(bob, node), connect(bob, two()));
    for (Ws device : devices) {
      device.send("watch");
      device.await("the list", type("rooms"));
    }
    // With what happens a node begins to keep what it counts from.
    a.chat(room.name(), "newer");
    devices.forEach(device -> device.await("seven", unread(room, 7)));
    age(room, seq, "4 days");
    devices.forEach(device -> device.await("what is left", LONG, unread(room, 2)));
    a.chat(room.name(), "newest");
    devices.forEach(device -> device.await("one more", unread(room, 3)));
  }

  private static Predicate<JsonObject> unread(RoomRef room, int many) {
    return f -> Ws.type(f, "activity") && f.getLong("room_id") == room.id() && f.getInteger("unread") == many;
  }

  @Test
  void the_text_of_a_quiet_live_room_goes_too() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(node);
    Ws a = inRoom(alice, node, room);
    JsonObject old = a.chat(room.name(), "old");
    age(room, old.getLong("seq"), "4 days");
    Until.holds("it is gone", LONG, () -> page(alice, room).getInteger("total") == 0);
    assertThat(count("SELECT count(*) FROM messages WHERE content <> ''", room)).isZero();
    assertThat(a.chat(room.name(), "new").getLong("seq")).isEqualTo(old.getLong("seq") + 1);
  }

  /** In several slices, and what the first look has passed over goes as well. */
  @Test
  void a_long_room_that_is_deleted_goes_to_its_last_row() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(node);
    Ws a = inRoom(alice, node, room);
    long head = a.chat(room.name(), "the first").getLong("seq");
    a.close();
    sql("INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count) SELECT " + room.id()
        + ", " + head + " + i, " + alice.id() + ", '" + alice.name() + "', 'text', now(), i + 1"
        + " FROM generate_series(1, 12000) AS i");
    sql("INSERT INTO reactions (room_id, message_id, user_id, emoji) SELECT room_id, id, user_id, '+' FROM messages"
        + " WHERE room_id = " + room.id() + " ORDER BY id LIMIT 6000");
    alice.on(node).delete(room.path()).expect(204);
    Until.holds("nothing is noted any more", LONG, () -> count("SELECT count(*) FROM room_purges WHERE true", room) == 0);
    for (String table : List.of("messages", "room_events", "reactions", "room_members")) {
      assertThat(count("SELECT count(*) FROM " + table + " WHERE true", room)).as(table).isZero();
    }
  }

  @Test
  void old_entries_of_the_audit_trail_go_and_no_others() {
    String room = "1" + System.nanoTime();
    for (int days : List.of(29, 31)) {
      sql("INSERT INTO audit (at, action, target_kind, room_id) VALUES (now() - interval '" + days + " days', 'tried',"
          + " 'room', " + room + ")");
    }
    RoomRef of = new RoomRef(Long.parseLong(room), "none");
    Until.holds("the old one is gone", LONG, () -> count("SELECT count(*) FROM audit WHERE true", of) == 1);
    assertThat(count("SELECT count(*) FROM audit WHERE at > now() - interval '30 days'", of)).isEqualTo(1);
  }

  private static long count(String query, RoomRef room) {
    try (Connection database = Backends.postgres().connect(); Statement run = database.createStatement();
        var rows = run.executeQuery(query + " AND room_id = " + room.id())) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
