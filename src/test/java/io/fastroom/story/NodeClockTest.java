package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.ClockShim;
import io.fastroom.support.MailServer;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node's clock is set, or wrong from the start, and nothing that outlives it is decided by that. */
class NodeClockTest extends Story {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ClockShim CLOCK = new ClockShim();
  private static MailServer mail;
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    mail = new MailServer().start();
    Map<String, String> settings = new HashMap<>(CLOCK.environment());
    settings.putAll(Map.of("MESSAGE_RETENTION_DAYS", "3", "SMTP_URL", "smtp://127.0.0.1:" + mail.port(),
        "PUBLIC_URL", "https://chat.example.org"));
    node = new NodeProcess(Backends.postgres(), Backends.redis(), settings);
    // As one that has lost its battery.
    CLOCK.moveTo(Duration.ofDays(-3_000));
    node.start();
    CLOCK.moveTo(Duration.ZERO);
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
    mail.close();
    CLOCK.close();
  }

  @AfterEach
  void back_to_the_truth() {
    CLOCK.moveTo(Duration.ZERO);
  }

  private static void sql(String statement) {
    try (Connection database = Backends.postgres().connect(); Statement run = database.createStatement()) {
      run.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int total(Person person, RoomRef room) {
    return person.on(node).get(room.path() + "/messages").expect(200).json().getInteger("total");
  }

  @Test
  void one_that_is_years_behind_is_ready_and_commits() {
    CLOCK.moveTo(Duration.ofDays(-3_000));
    Until.holds("it is ready", LONG, () -> node.readiness() == 200);
    Person alice = Person.register(node, "alice");
    RoomRef room = alice.createRoom(node);
    assertThat(inRoom(alice, node, room).chat(room.name(), "hello").getLong("seq")).isOne();
  }

  @Test
  void what_is_young_is_kept_by_one_that_is_ahead() {
    CLOCK.moveTo(Duration.ofDays(30));
    Person alice = Person.register(node, "alice");
    RoomRef young = alice.createRoom(node);
    RoomRef old = alice.createRoom(node);
    Ws a = inRoom(alice, node, young);
    a.join(old.name());
    a.chat(young.name(), "young");
    a.chat(old.name(), "old");
    a.chat(old.name(), "new");
    sql("UPDATE messages SET created_at = created_at - interval '4 days' WHERE room_id = " + old.id() + " AND seq = 1;"
        + " UPDATE room_events SET ts = ts - interval '4 days' WHERE room_id = " + old.id() + " AND seq = 1");
    // Rooms are looked at in the order of their ids.
    Until.holds("what is old is gone", LONG, () -> total(alice, old) < 2);
    assertThat(total(alice, young)).isOne();
    assertThat(total(alice, old)).isOne();
  }

  /** A room is locked meanwhile, as by a slow transaction. */
  private void held(RoomRef room, Runnable meanwhile) {
    try (Connection other = Backends.postgres().connect(); Statement run = other.createStatement()) {
      other.setAutoCommit(false);
      run.execute("SELECT pg_advisory_xact_lock('rooms'::regclass::oid::int, room_lock_key(" + room.id() + "))");
      meanwhile.run();
      other.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_chat_waits_for_as_long_as_ever() {
    Person alice = Person.register(node, "alice");
    RoomRef room = alice.createRoom(node);
    Ws a = inRoom(alice, node, room);
    a.chat(room.name(), "first");
    held(room, () -> {
      a.send("chat", "room", room.name(), "message", "too late", "ref", "1");
      a.barrier();
      CLOCK.moveTo(Duration.ofHours(-1));
      a.await("it is given up in time", Duration.ofSeconds(7), f -> Ws.type(f, "error") && "1".equals(f.getString("ref")));
    });
    held(room, () -> {
      a.send("chat", "room", room.name(), "message", "in time");
      a.barrier();
      CLOCK.moveTo(Duration.ofHours(1));
      Until.pause(1_000);
    });
    a.await("it is not given up before", chat("in time"));
    assertThat(a.frames("chat")).extracting(f -> f.getString("message")).containsExactly("first", "in time");
  }

  @Test
  void a_token_that_was_revoked_is_no_good_when_the_clock_comes_back() {
    Person alice = Person.register(node, "alice");
    alice.on(node).post("/logout", new JsonObject().put("refresh_token", alice.refresh())).expect(204);
    alice.on(node).get("/users/me").expect(401);
    // Those of the last seconds are read again each time.
    sql("UPDATE blocked_tokens SET blocked_at = blocked_at - interval '1 minute'");
    Until.pause(1_500);
    CLOCK.moveTo(Duration.ofDays(2));
    // Twice a second.
    Until.pause(1_500);
    CLOCK.moveTo(Duration.ZERO);
    alice.on(node).get("/users/me").expect(401);
  }

  @Test
  void a_letter_is_tried_for_a_day() {
    String name = Names.unique("late").replace('.', '_');
    mail.refuse(name + "@x.org", 450);
    CLOCK.moveTo(Duration.ofDays(2));
    sql("INSERT INTO users (username, email, new_email, new_email_key, password_hash)"
        + " SELECT n, n || '@x.org', n || '@x.org', n || '@x.org', '-' FROM (SELECT '" + name + "' AS n) one;"
        + " INSERT INTO letters (kind, user_id) SELECT 'verify', id FROM users WHERE username = '" + name + "'");
    Until.holds("it was tried", LONG, () -> node.log().contains("kind=verify account=" + name));
    assertThat(node.log()).contains("letter failed kind=verify account=" + name);
    sql("DELETE FROM letters WHERE user_id = (SELECT id FROM users WHERE username = '" + name + "')");
  }
}
