package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Joined;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promise 3 when PostgreSQL has lost, or exchanged, what the nodes have shown already. */
class LogGoesBackTest extends Story {
  private static final Duration WITH_A_COMMIT = Duration.ofSeconds(3);
  private static final Duration WITHOUT = Duration.ofSeconds(5);

  private Person alice;
  private Person bob;
  private Person carol;
  private RoomRef room;
  private LogTables log;
  private Ws a;
  private Ws b;
  private Ws c;

  @BeforeEach
  void three_people_on_two_nodes_talk() {
    alice = person("alice");
    bob = person("bob");
    carol = person("carol");
    room = alice.createRoom(one());
    log = new LogTables(Backends.postgres(), room);
    a = inRoom(alice, one(), room);
    b = inRoom(bob, one(), room);
    c = inRoom(carol, two(), room);
    for (int i = 0; i < 8; i++) {
      a.chat(room.name(), "before " + i);
    }
    c.await("the last of them", chat("before 7"));
  }

  private void everybodyShowsTheLog(Duration limit) {
    for (Ws each : List.of(a, b, c)) {
      Until.holds("everybody shows what the log has", limit,
          () -> View.of(each, room.name()).texts().equals(log.texts()));
    }
  }

  private static JsonObject toldToStartOver(Ws ws) {
    ws.await("history", WITHOUT, f -> Ws.type(f, "history") && Boolean.FALSE.equals(f.getBoolean("resumed")));
    List<JsonObject> told = ws.seen().stream()
        .filter(f -> List.of("joined", "presence_state", "history").contains(f.getString("type"))).toList();
    assertThat(told).extracting(f -> f.getString("type")).startsWith("joined", "presence_state", "history");
    assertThat(told.get(0).containsKey("ref")).isFalse();
    return told.get(0);
  }

  private static double diverged(NodeProcess node) {
    return node.metric("fastroom_logs_diverged_total");
  }

  @Test
  void new_chats_reach_everybody_their_sender_with_its_ref() {
    double before = diverged(one());
    log.takeBack(3);
    long began = System.nanoTime();
    JsonObject own = a.chat(room.name(), "after 0");
    b.chat(room.name(), "after 1");
    c.chat(room.name(), "after 2");
    everybodyShowsTheLog(WITH_A_COMMIT);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(WITH_A_COMMIT);
    assertThat(own.getString("message")).isEqualTo("after 0");
    assertThat(log.texts()).hasSize(8).endsWith("after 0", "after 1", "after 2");
    assertThat(diverged(one())).isEqualTo(before + 1);
    toldToStartOver(b);
    toldToStartOver(c);
  }

  @Test
  void it_is_told_without_a_new_commit() {
    log.takeBack(3);
    for (Ws each : List.of(a, b, c)) {
      assertThat(toldToStartOver(each).getLong("seq")).isEqualTo(log.head());
    }
    everybodyShowsTheLog(WITHOUT);
    assertThat(one().log()).contains("WARN");
  }

  @Test
  void other_events_in_the_same_places_are_noticed() {
    log.replace(3);
    everybodyShowsTheLog(WITHOUT);
    toldToStartOver(a);
  }

  @Test
  void other_events_that_have_grown_past_what_was_shown_are_noticed() {
    log.replace(3);
    log.insert(log.head() + 1, alice.id(), alice.name(), "one more");
    log.insert(log.head() + 1, alice.id(), alice.name(), "and another");
    everybodyShowsTheLog(WITHOUT);
    toldToStartOver(a);
    a.chat(room.name(), "now");
    everybodyShowsTheLog(WITH_A_COMMIT);
  }

  @Test
  void other_events_in_the_same_places_are_noticed_though_chats_follow_at_once() {
    log.replace(3);
    for (int i = 0; i < 5; i++) {
      a.chat(room.name(), "after " + i);
    }
    everybodyShowsTheLog(WITHOUT);
  }

  @Test
  void everything_may_be_gone() {
    log.takeBack((int) log.head());
    everybodyShowsTheLog(WITHOUT);
    b.chat(room.name(), "the first one");
    everybodyShowsTheLog(WITH_A_COMMIT);
    assertThat(log.texts()).containsExactly("the first one");
  }

  @Test
  void a_join_shows_nothing_that_no_table_has() {
    Person dave = person("dave");
    List<Ws> fresh = List.of(connect(dave, one()), connect(dave, two()));
    log.takeBack(3);
    for (Ws each : fresh) {
      Joined joined = each.join(room.name());
      assertThat(joined.entries()).extracting(e -> e.getString("message")).isEqualTo(log.texts());
    }
  }

  /** It is as good as shown: if the node had not released it, nobody would notice that its place is another's now. */
  @Test
  void a_chat_that_was_told_to_who_repeated_it_is_taken_back_like_any_other() {
    for (int i = 0; i < 3; i++) {
      String id = Names.unique("id");
      // By a node that has not published it yet.
      log.insert(log.head() + 1, alice.id(), alice.name(), "lost " + i, id);
      JsonObject told = a.ask("chat", "room", room.name(), "message", "lost " + i, "client_id", id);
      assertThat(told.getLong("seq")).isEqualTo(log.head());
      a.mark();
      log.takeBack(1);
      b.chat(room.name(), "instead " + i);
      toldToStartOver(a);
      everybodyShowsTheLog(WITHOUT);
    }
  }

  @Test
  void a_resume_by_position_on_a_live_node_is_no_resume() {
    JsonObject last = a.chat(room.name(), "soon lost");
    b.await("it", chat("soon lost"));
    log.takeBack(3);
    Ws back = connect(bob, one());
    Joined joined = back.join(room.name(), last.getLong("seq"), last.getString("ts"));
    assertThat(joined.resumed()).isFalse();
    assertThat(joined.entries()).extracting(e -> e.getString("message")).isEqualTo(log.texts());
  }

  @Test
  void a_reader_that_is_behind_starts_over_as_well() {
    Ws slow = closing(Ws.connect(one(), carol.access(), 4 << 10));
    slow.join(room.name());
    slow.pause();
    String text = "x".repeat(3_900) + " ";
    for (int i = 0; i < 700; i++) {
      a.send("chat", "room", room.name(), "message", text + i);
    }
    a.barrier();
    a.await("all", chat(text + 699));
    log.takeBack(650);
    a.chat(room.name(), "after");
    slow.resume();
    Until.holds("the slow reader ends with what the log has", Duration.ofSeconds(30), () -> {
      List<String> shown = View.of(slow, room.name()).texts();
      List<String> all = log.texts();
      return !shown.isEmpty() && all.subList(all.size() - shown.size(), all.size()).equals(shown)
          && shown.get(shown.size() - 1).equals("after") && shown.size() >= Math.min(50, all.size() - 1);
    });
    slow.mark();
    a.chat(room.name(), "live");
    slow.await("it is live again", chat("live"));
    everybodyShowsLast();
  }

  private void everybodyShowsLast() {
    Until.holds("b shows the last", () -> {
      List<String> shown = View.of(b, room.name()).texts();
      return shown.get(shown.size() - 1).equals("live");
    });
  }

  @Test
  void who_is_no_member_in_the_other_history_of_a_private_room_is_put_out() {
    alice.on(one()).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
    Person dave = person("dave");
    long before = log.head();
    alice.on(one()).post(room.path() + "/members", new JsonObject().put("username", dave.name())).expect(201);
    Ws d = inRoom(dave, one(), room);
    d.chat(room.name(), "hello");
    log.run("DELETE FROM room_members WHERE room_id = :room AND user_id = " + dave.id());
    log.takeBack((int) (log.head() - before));
    d.await("an error", WITHOUT, f -> Ws.type(f, "error") && room.name().equals(f.getString("room")));
    d.mark();
    a.chat(room.name(), "among us");
    b.await("it", chat("among us"));
    d.barrier();
    assertThat(d.frames("chat")).isEmpty();
  }

  @Test
  void a_rename_that_was_lost_is_taken_back() {
    String renamed = room.name() + ".renamed";
    alice.on(one()).patch(room.path(), new JsonObject().put("name", renamed)).expect(200);
    c.await("the rename", type("room_updated"));
    log.run("UPDATE rooms SET name = '" + room.name() + "' WHERE id = :room");
    log.takeBack(1);
    for (Ws each : List.of(a, b, c)) {
      each.await("the old name", WITHOUT, f -> Ws.type(f, "room_updated") && room.name().equals(f.getString("name")));
    }
    everybodyShowsTheLog(WITHOUT);
    a.chat(room.name(), "by the old name");
    everybodyShowsTheLog(WITH_A_COMMIT);
  }

  @Test
  void who_has_just_spoken_may_leave_and_come_back() {
    log.takeBack(3);
    b.send("chat", "room", room.name(), "message", "before I go");
    assertThat(b.ask("leave", "room", room.name()).getString("type")).isEqualTo("left");
    Joined again = b.join(room.name());
    assertThat(again.entries()).extracting(e -> e.getString("message")).contains("before I go");
    everybodyShowsTheLog(WITHOUT);
  }

  @Test
  void it_may_go_back_many_times() {
    for (int i = 0; i < 4; i++) {
      int back = 1 + i % 3;
      log.takeBack(back);
      IntStream.range(0, back + 1).forEach(n -> a.chat(room.name(), "round " + n));
      everybodyShowsTheLog(WITHOUT);
    }
  }
}
