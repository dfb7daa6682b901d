package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.ClockShim;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.MailServer;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.PostgresServer;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** PostgreSQL's clock is set while people talk, as when a server takes over whose clock is another. */
class DatabaseClockTest extends Story {
  private static final Duration LONG = Duration.ofSeconds(40);
  private static ClockShim clock;
  private static PostgresServer postgres;
  private static MailServer mail;
  private static NodeProcess left;
  private static NodeProcess right;

  @BeforeAll
  static void start() {
    clock = new ClockShim();
    postgres = PostgresServer.create(Map.of(), clock.environment());
    mail = new MailServer().start();
    left = node();
    right = node();
    NodeProcess.start(left, right);
  }

  private static NodeProcess node() {
    return new NodeProcess(postgres.url(), Backends.redis().url(), Map.of("REDIS_NAMESPACE", "clock-" + postgres.port(),
        "MESSAGE_RETENTION_DAYS", "3", "SMTP_URL", "smtp://127.0.0.1:" + mail.port(), "PUBLIC_URL",
        "https://chat.example.org"));
  }

  @AfterAll
  static void stop() {
    left.close();
    right.close();
    mail.close();
    postgres.close();
    clock.close();
  }

  @AfterEach
  void back_to_the_truth() {
    clock.moveTo(Duration.ZERO);
  }

  private static void say(Person person, RoomRef room, String text) {
    person.on(left).post(room.path() + "/messages", new JsonObject().put("content", text)).expect(201);
  }

  @Test
  void a_login_ends_on_every_node_while_it_is_ahead() {
    Person alice = Person.register(left, "alice");
    Ws socket = connect(alice, right);
    clock.moveTo(Duration.ofDays(2));
    // A call without a Bearer token, which would name the access token itself.
    new Rest(left.url(), null).post("/logout", new JsonObject().put("refresh_token", alice.refresh())).expect(204);
    alice.on(left).get("/users/me").expect(401);
    alice.on(right).get("/users/me").expect(401);
    assertThat(socket.awaitClose()).isEqualTo(4401);
  }

  @Test
  void nobody_is_signed_out_while_it_is_ahead() {
    Person alice = Person.register(left, "alice");
    clock.moveTo(Duration.ofDays(20));
    new Rest(right.url(), null).post("/refresh", new JsonObject().put("refresh_token", alice.refresh())).expect(200);
  }

  @Test
  void who_is_invited_comes_in_whatever_it_says_and_nobody_does_too_late() {
    Person admin = Person.register(left, "admin");
    postgres.execute("UPDATE users SET role = 'admin' WHERE id = " + admin.id());
    admin = admin.login(left);
    JsonObject lasting = invite(admin, Duration.ofHours(1));
    JsonObject brief = invite(admin, Duration.ofSeconds(2));
    try (NodeProcess door = new NodeProcess(postgres.url(), Backends.redis().url(),
        Map.of("REDIS_NAMESPACE", "clock-" + postgres.port(), "REGISTRATION", "invite"))) {
      door.start();
      for (Duration shift : new Duration[] {Duration.ofDays(2), Duration.ofDays(-2)}) {
        clock.moveTo(shift);
        assertThat(register(door, lasting)).isEqualTo(201);
      }
      for (Duration shift : new Duration[] {Duration.ofDays(2), Duration.ZERO}) {
        clock.moveTo(shift);
        Until.holds("it is over", () -> register(door, brief) == 403);
      }
    }
  }

  private static JsonObject invite(Person admin, Duration time) {
    return admin.on(left).post("/admin/invites", new JsonObject().put("uses", 10)
        .put("expires", Instant.now().plus(time).toString())).expect(201).json();
  }

  private static int register(NodeProcess node, JsonObject invite) {
    return new Rest(node.url(), null).post("/register", new JsonObject().put("username", Names.unique("guest"))
        .put("password", "correct horse battery").put("invite", invite.getString("code"))).status();
  }

  @Test
  void what_is_young_is_kept_while_it_is_ahead() {
    Person alice = Person.register(left, "alice");
    RoomRef young = alice.createRoom(left);
    RoomRef old = alice.createRoom(left);
    say(alice, young, "young");
    say(alice, old, "old");
    postgres.execute("UPDATE messages SET created_at = created_at - interval '40 days' WHERE room_id = " + old.id());
    clock.moveTo(Duration.ofDays(30));
    // Rooms are looked at in the order of their ids.
    Until.holds("what is old is gone", LONG, () -> total(alice, old) == 0);
    assertThat(total(alice, young)).isOne();
  }

  private static int total(Person person, RoomRef room) {
    return person.on(left).get(room.path() + "/messages").expect(200).json().getInteger("total");
  }

  @Test
  void a_ban_lasts_while_it_is_ahead() {
    Person alice = Person.register(left, "alice");
    Person bob = Person.register(left, "bob");
    Person carol = Person.register(left, "carol");
    RoomRef room = alice.createRoom(left);
    ban(alice, room, bob, Duration.ofHours(1));
    ban(alice, room, carol, Duration.ofSeconds(3));
    clock.moveTo(Duration.ofDays(2));
    Until.holds("hers is over", LONG, () -> carol.on(right).get(room.path() + "/messages").status() == 200);
    bob.on(right).get(room.path() + "/messages").expect(403);
  }

  private static void ban(Person by, RoomRef room, Person whom, Duration time) {
    whom.on(left).post(room.path() + "/join").expect(201);
    by.on(left).post(room.path() + "/members/" + whom.id() + "/ban", new JsonObject().put("enabled", true)
        .put("until", Instant.now().plus(time).toString())).expect(200);
  }

  @Test
  void a_webhook_goes_on_when_it_is_set_back() {
    Person alice = Person.register(left, "alice");
    RoomRef room = alice.createRoom(left);
    HookReceiver receiver = closing(new HookReceiver());
    clock.moveTo(Duration.ofHours(2));
    receiver.answer = request -> 500;
    alice.on(left).post(room.path() + "/webhooks", new JsonObject().put("url", receiver.url("/"))).expect(201);
    say(alice, room, "hello");
    Until.holds("it was tried", LONG, () -> !receiver.got().isEmpty());
    receiver.answer = request -> 200;
    clock.moveTo(Duration.ZERO);
    say(alice, room, "again");
    Until.holds("it gets what is said", LONG, () -> receiver.texts().contains("again"));
  }

  @Test
  void a_webhook_that_was_made_before_is_delivered() {
    Person alice = Person.register(left, "alice");
    RoomRef room = alice.createRoom(left);
    HookReceiver receiver = closing(new HookReceiver());
    clock.moveTo(Duration.ofHours(2));
    alice.on(left).post(room.path() + "/webhooks", new JsonObject().put("url", receiver.url("/"))).expect(201);
    clock.moveTo(Duration.ZERO);
    say(alice, room, "hello");
    Until.holds("it gets what is said", LONG, () -> receiver.texts().contains("hello"));
  }

  @Test
  void a_letter_is_tried_while_it_is_ahead_and_goes_out_when_it_is_set_back() {
    Person alice = Person.register(left, "alice");
    String address = alice.name() + "@example.org";
    mail.refuse(address, 450);
    alice.on(left).patch("/users/me", new JsonObject().put("email", address)).expect(200);
    tried(alice, 1);
    clock.moveTo(Duration.ofDays(2));
    tried(alice, 3);
    mail.refuse(null, 0);
    clock.moveTo(Duration.ZERO);
    mail.await(address);
  }

  private static void tried(Person person, int attempt) {
    String said = "letter failed kind=verify account=" + person.name() + " attempt=" + attempt;
    Until.holds(said, LONG, () -> (left.log() + right.log()).contains(said));
  }

  @Test
  void chats_go_on_whatever_it_says() {
    Person alice = Person.register(left, "alice");
    RoomRef room = alice.createRoom(left);
    Person bob = Person.register(left, "bob");
    Ws a = inRoom(alice, left, room);
    Ws b = inRoom(bob, right, room);
    for (Duration jump : new Duration[] {Duration.ofDays(2), Duration.ofDays(-2), Duration.ZERO, Duration.ofDays(-4000)}) {
      clock.moveTo(jump);
      a.chat(room.name(), "at " + jump);
      b.await("it", chat("at " + jump));
    }
  }

  @Test
  void what_was_given_up_while_it_stood_still_is_not_said_later() {
    Person alice = Person.register(left, "alice");
    RoomRef room = alice.createRoom(left);
    Ws a = inRoom(alice, left, room);
    clock.moveTo(Duration.ofHours(1));
    a.chat(room.name(), "ahead");
    clock.moveTo(Duration.ZERO);
    // What a node knows of that clock is good for five seconds.
    Until.pause(6_000);
    a.chat(room.name(), "back");
    postgres.freeze();
    try {
      a.send("chat", "room", room.name(), "message", "given up", "ref", "1");
      a.await("it is given up", LONG, f -> Ws.type(f, "error") && "1".equals(f.getString("ref")));
    } finally {
      postgres.thaw();
    }
    Until.holds("it is back", LONG, () -> left.readiness() == 200);
    a.chat(room.name(), "after");
    assertThat(a.frames("chat")).extracting(f -> f.getString("message")).containsExactly("ahead", "back", "after");
  }
}
