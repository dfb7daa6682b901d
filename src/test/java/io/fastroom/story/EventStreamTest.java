package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Cluster;
import io.fastroom.support.EventStream;
import io.fastroom.support.EventStream.Event;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A room as server-sent events. */
class EventStreamTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private EventStream stream(NodeProcess node, Person person, RoomRef room, String lastId) {
    return closing(EventStream.open(node.url(), person.access(), room.path() + "/events", lastId));
  }

  private static String say(Person person, NodeProcess node, RoomRef room, String text) {
    person.on(node).post(room.path() + "/messages", new JsonObject().put("content", text)).expect(201);
    return text;
  }

  private static List<String> texts(EventStream stream) {
    List<String> texts = new ArrayList<>();
    for (JsonObject frame : stream.frames()) {
      if (Ws.type(frame, "chat")) {
        texts.add(frame.getString("message"));
      } else if (Ws.type(frame, "history")) {
        frame.getJsonArray("messages").forEach(each -> texts.add(((JsonObject) each).getString("message")));
      }
    }
    return texts;
  }

  @Test
  void a_stream_begins_with_the_history_and_goes_on_with_what_a_socket_gets() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    say(alice, one(), room, "before");
    Ws ws = inRoom(alice, two(), room);
    EventStream stream = stream(one(), alice, room, null);

    assertThat(stream.status()).isEqualTo(200);
    assertThat(stream.head()).containsIgnoringCase("content-type: text/event-stream")
        .containsIgnoringCase("x-accel-buffering: no").containsIgnoringCase("x-request-id: ");
    Event history = stream.await(type("history"));
    assertThat(stream.rest()).contains("retry: ");
    assertThat(stream.frames().get(0).getString("type")).isEqualTo("joined");
    assertThat(stream.events().get(0).id()).isNull();
    assertThat(history.id()).startsWith("1-");
    assertThat(texts(stream)).containsExactly("before");

    ws.send("typing", "room", room.name(), "isTyping", true);
    JsonObject seen = ws.chat(room.name(), "now é 🙂");
    seen.remove("ref");
    Event heard = stream.await(chat("now é 🙂"));
    assertThat(heard.data()).isEqualTo(seen);
    assertThat(heard.id()).isEqualTo(seen.getLong("seq") + "-" + seen.getString("ts"));
    long id = seen.getLong("message_id");
    alice.on(one()).patch(room.path() + "/messages/" + id, new JsonObject().put("content", "then")).expect(200);
    alice.on(two()).delete(room.path() + "/messages/" + id).expect(204);
    stream.await(type("message_updated"));
    stream.await(type("message_deleted"));
    assertThat(stream.frames()).extracting(f -> f.getString("type"))
        .containsExactly("joined", "history", "chat", "message_updated", "message_deleted");
  }

  @Test
  void a_reader_is_neither_present_nor_made_a_member_and_a_guest_is_out_of_a_room_made_private() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws ws = inRoom(alice, one(), room);
    EventStream guest = stream(two(), bob, room, null);
    EventStream member = stream(two(), alice, room, null);
    guest.await(type("history"));
    member.await(type("history"));

    assertThat(alice.on(one()).get(room.path() + "/presence").expect(200).json().getJsonArray("users"))
        .isEqualTo(new JsonArray().add(alice.name()));
    assertThat(bob.on(one()).get(room.path()).expect(200).json().getBoolean("is_member")).isFalse();

    alice.on(one()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
    guest.awaitEnd();
    say(alice, one(), room, "among us");
    member.await(chat("among us"));
    assertThat(guest.frames()).extracting(f -> f.getString("type"))
        .containsExactly("joined", "history", "room_updated", "error");
    assertThat(stream(two(), bob, room, guest.lastId()).status()).isEqualTo(404);
    assertThat(ws.frames("presence_diff")).isEmpty();
  }

  @Test
  void who_reads_and_joins_then_by_themself_stays_in_a_room_made_private() {
    Person alice = person("alice");
    Person bob = person("bob");
    Person carol = person("carol");
    RoomRef room = alice.createRoom(one());
    EventStream his = stream(two(), bob, room, null);
    EventStream hers = stream(two(), carol, room, null);
    his.await(type("history"));
    hers.await(type("history"));
    bob.on(one()).post(room.path() + "/join").expect(201);
    alice.on(one()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
    say(alice, one(), room, "among us");
    say(alice, two(), room, "and more");
    his.await(chat("and more"));
    hers.awaitEnd();
    assertThat(texts(his)).containsExactly("among us", "and more");
    assertThat(texts(hers)).isEmpty();
    bob.on(one()).delete(room.path() + "/leave").expect(204);
    his.awaitEnd();
    say(alice, two(), room, "without him");
    assertThat(texts(his)).containsExactly("among us", "and more");
  }

  @Test
  void it_resumes_by_the_last_id_on_another_node_and_starts_over_where_it_cannot() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    EventStream first = stream(one(), alice, room, null);
    say(alice, one(), room, "one");
    first.await(chat("one"));
    String last = first.lastId();
    first.close();
    say(alice, one(), room, "two");
    say(alice, two(), room, "three");

    EventStream second = stream(two(), alice, room, last);
    Event history = second.await(type("history"));
    assertThat(history.data().getBoolean("resumed")).isTrue();
    assertThat(texts(second)).containsExactly("two", "three");
    assertThat(history.id()).startsWith("3-");

    String[] position = last.split("-", 2);
    EventStream byQuery = closing(EventStream.open(one().url(), alice.access(),
        room.path() + "/events?since=" + position[0] + "&since_ts=" + position[1], null));
    byQuery.await(type("history"));
    assertThat(texts(byQuery)).containsExactly("two", "three");

    for (String strange : List.of("1-2020-01-01T00:00:00.000000Z", "999-" + position[1], "of another server")) {
      EventStream over = stream(two(), alice, room, strange);
      assertThat(over.await(type("history")).data().getBoolean("resumed")).as(strange).isFalse();
      assertThat(texts(over)).containsExactly("one", "two", "three");
    }
  }

  @Test
  void it_resumes_over_a_killed_node_and_a_quiet_one_is_kept_open() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    RoomRef silence = alice.createRoom(one());
    EventStream quiet = stream(two(), alice, silence, null);
    quiet.await(type("history"));
    String last;
    try (NodeProcess third = Cluster.start(Cluster.UNLIMITED)) {
      EventStream first = stream(third, alice, room, null);
      first.await(type("history"));
      say(alice, one(), room, "one");
      first.await(chat("one"));
      say(alice, third, room, "two");
      third.kill9();
      first.awaitEnd();
      last = first.lastId();
    }
    say(alice, one(), room, "three");
    EventStream second = stream(two(), alice, room, last);
    assertThat(second.await(type("history")).data().getBoolean("resumed")).isTrue();
    // What the killed node may have sent has not arrived, or has moved the id on.
    assertThat(texts(second)).isEqualTo(last.startsWith("1-") ? List.of("two", "three") : List.of("three"));
    Until.holds("a comment", PATIENCE, () -> quiet.comments().contains(":"));
    assertThat(quiet.ended()).isFalse();
  }

  @Test
  void a_ban_a_deletion_and_the_end_of_the_login_end_it_and_say_why() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    EventStream banned = stream(two(), bob, room, null);
    banned.await(type("history"));
    alice.flag(one(), room, bob, "ban", true).expect(200);
    banned.awaitEnd();
    say(alice, one(), room, "without bob");
    assertThat(banned.frames()).extracting(f -> f.getString("type"))
        .containsExactly("joined", "history", "member_update", "error");
    assertThat(banned.await(error("banned")).id()).isNull();
    assertThat(stream(one(), bob, room, null).status()).isEqualTo(403);

    EventStream out = stream(two(), alice, room, null);
    out.await(type("history"));
    Person again = alice.login(one());
    long at = System.nanoTime();
    alice.on(one()).post("/logout", new JsonObject().put("refresh_token", alice.refresh())).expect(204);
    out.awaitEnd();
    assertThat(System.nanoTime() - at).isLessThan(PATIENCE.toNanos());
    out.await(error("unauthorized"));
    assertThat(stream(two(), alice, room, null).status()).isEqualTo(401);

    EventStream deleted = stream(two(), again, room, null);
    deleted.await(type("history"));
    again.on(one()).delete(room.path()).expect(204);
    deleted.await(type("room_deleted"));
    deleted.awaitEnd();
    assertThat(stream(two(), again, room, null).status()).isEqualTo(404);
  }

  @Test
  void a_key_that_reads_opens_it_and_so_does_a_token_in_the_query() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    JsonObject reads = new JsonObject().put("name", "r").put("scopes", new JsonArray().add("read"));
    JsonObject made = alice.on(one()).post("/users/me/keys", reads).expect(201).json();
    EventStream byKey = closing(EventStream.open(two().url(), made.getString("key"), room.path() + "/events", null));
    byKey.await(type("history"));
    EventStream byQuery = closing(EventStream.open(two().url(),
        room.path() + "/events?access_token=" + alice.access(), Map.of("Origin", "http://localhost:1")));
    byQuery.await(type("history"));
    // Elsewhere it is not taken.
    assertThat(new io.fastroom.support.Rest(one().url(), null).get(room.path() + "?access_token=" + alice.access())
        .status()).isEqualTo(401);
    alice.on(one()).delete("/users/me/keys/" + made.getLong("id")).expect(204);
    byKey.awaitEnd();
    assertThat(byKey.await(error("unauthorized"))).isNotNull();
    assertThat(byQuery.ended()).isFalse();
  }

  @Test
  void who_reads_slowly_gets_everything_in_order() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    EventStream slow = stream(one(), alice, room, null);
    slow.await(type("history"));
    slow.pause();
    Ws ws = inRoom(alice, two(), room);
    double before = one().metric("fastroom_slow_readers_total");
    String filling = "x".repeat(3_500);
    int sent = 0;
    while (one().metric("fastroom_slow_readers_total") == before && sent < 5_000) {
      for (int i = 0; i < 100; i++) {
        ws.send("chat", "room", room.name(), "message", sent++ + " " + filling);
      }
      ws.barrier();
    }
    slow.goOn();
    String last = say(alice, one(), room, "last");
    slow.await(chat(last));
    List<Long> seqs = slow.frames().stream().filter(type("chat")).map(f -> f.getLong("seq")).toList();
    assertThat(seqs).isEqualTo(range(1, sent + 1));
    assertThat(one().metric("fastroom_slow_readers_total")).isGreaterThan(before);
  }

  @Test
  void streams_count_as_sockets_and_end_when_the_node_does() throws Exception {
    Map<String, String> settings = new HashMap<>(Map.of("WS_MAX_SOCKETS_PER_USER", "2", "DRAIN_SECONDS", "2",
        "WS_QUERY_TOKEN", "false"));
    try (NodeProcess node = Cluster.start(settings)) {
      Person alice = Person.register(node, "alice");
      RoomRef room = alice.createRoom(node);
      EventStream first = stream(node, alice, room, null);
      EventStream second = stream(node, alice, room, null);
      second.await(type("history"));
      assertThat(node.metric("fastroom_streams")).isEqualTo(2);
      assertThat(alice.on(node).get(room.path() + "/events").expect(429).json().getString("code"))
          .isEqualTo("too_many_sockets");
      first.close();
      Until.holds("one is gone", PATIENCE, () -> node.metric("fastroom_streams") == 1);
      EventStream fourth = stream(node, alice, room, null);
      fourth.await(type("history"));
      assertThat(closing(EventStream.open(node.url(), room.path() + "/events?access_token=" + alice.access(), Map.of()))
          .status()).isEqualTo(401);

      node.sigterm();
      fourth.awaitEnd();
      second.awaitEnd();
      assertThat(fourth.comments()).contains(": restarting");
      assertThat(node.awaitExit(PATIENCE)).isZero();
    }
  }
}
