package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.Names;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transaction holds that goes on for seconds, as while a node is frozen in it, is noticed by those whose it is. */
class HeldRowsTest extends Story {
  private static final Duration NOT_HELD_UP = Duration.ofSeconds(2);

  private interface Life {
    void go() throws Exception;
  }

  private static void whileHeld(String sql, Life life) throws Exception {
    try (Connection holder = Backends.postgres().connect(); Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute(sql);
      life.go();
      holder.rollback();
    }
  }

  /** What a call is answered that waits for what is being deleted, and then finds it gone. */
  private static Answer meanwhileDeleted(String sql, String waiting, Supplier<Answer> call) throws Exception {
    try (Connection holder = Backends.postgres().connect(); Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute(sql);
      CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(call);
      Until.holds("it waits", () -> isWaiting(waiting));
      holder.commit();
      return answer.get();
    }
  }

  @Test
  void what_is_deleted_meanwhile_is_not_found_and_whoever_asks_stays_signed_in() throws Exception {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Answer added = meanwhileDeleted("DELETE FROM users WHERE id = " + bob.id(), "INSERT INTO room_members",
        () -> alice.on(one()).post(room.path() + "/members", new JsonObject().put("username", bob.name())));
    assertThat(added.expect(404).json().getString("code")).isEqualTo("user_not_found");
    Answer hook = meanwhileDeleted("DELETE FROM rooms WHERE id = " + room.id(), "INSERT INTO webhooks",
        () -> alice.on(one()).post(room.path() + "/webhooks", new JsonObject().put("url", "https://192.0.9.1/hook")));
    assertThat(hook.expect(404).json().getString("code")).isEqualTo("room_not_found");
  }

  /** As when the answer was lost. There need not be an administrator, whose row would make them take turns. */
  @Test
  void an_account_that_is_deleted_twice_at_once_is_gone_for_the_second() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    String password = new JsonObject().put("password", alice.password()).encode();
    // What is left of the account goes when the room is free.
    whileHeld("SELECT lock_room_v1(" + room.id() + ", 1000)", () -> {
      whileHeld("SELECT FROM users WHERE id = " + alice.id() + " FOR NO KEY UPDATE", () -> {
        for (NodeProcess node : List.of(one(), two())) {
          answers.add(CompletableFuture.supplyAsync(
              () -> alice.on(node).send("DELETE", "/users/me", "application/json", password)));
        }
        Until.holds("both wait", () -> waiting("").size() == 2);
      });
      assertThat(answers).extracting(answer -> answer.get().status()).containsExactlyInAnyOrder(204, 401);
    });
  }

  @Test
  void a_change_of_a_room_waits_for_the_count_of_rooms_as_for_everything_else() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    CompletableFuture<?>[] hidden = new CompletableFuture<?>[1];
    whileHeld("SELECT FROM room_counts FOR UPDATE", () -> {
      hidden[0] = CompletableFuture.supplyAsync(
          () -> alice.on(one()).patch(room.path(), new JsonObject().put("is_private", true)));
      Set<String> tries = new HashSet<>();
      Until.holds("it has tried again", () -> tries.addAll(waiting("COMMIT")) && tries.size() > 1 || hidden[0].isDone());
    });
    ((Answer) hidden[0].get()).expect(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT FROM read_marks WHERE user_id = %d FOR UPDATE",
      "SELECT FROM user_counts WHERE user_id = %d FOR UPDATE"})
  void a_mark_that_cannot_move_holds_up_no_other(String sql) throws Exception {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    bob.on(one()).post(room.path() + "/join").expect(201);
    Ws hers = inRoom(alice, one(), room);
    Ws his = connect(bob, one());
    for (int i = 0; i < 4; i++) {
      hers.chat(room.name(), "message " + i);
    }
    read(hers, room, 1);
    whileHeld(sql.formatted(alice.id()), () -> {
      hers.send("read", "room", room.name(), "seq", 2);
      long began = System.nanoTime();
      for (int seq = 1; seq <= 4; seq++) {
        read(his, room, seq);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(NOT_HELD_UP);
      hers.send("read", "room", room.name(), "seq", 3);
      assertThat(hers.frames("read")).extracting(frame -> frame.getLong("seq")).containsOnly(1L);
    });
    hers.await("her mark", frame -> Ws.type(frame, "read") && frame.getLong("seq") == 3);
    assertThat(hers.frames("error")).isEmpty();
  }

  private static void read(Ws ws, RoomRef room, long seq) {
    ws.send("read", "room", room.name(), "seq", seq);
    ws.await("the mark", frame -> Ws.type(frame, "read") && frame.getLong("seq") == seq);
  }

  @Test
  void a_room_that_waits_for_its_maker_holds_up_no_other() throws Exception {
    Person alice = person("alice");
    Person bob = person("bob");
    CompletableFuture<?>[] made = new CompletableFuture<?>[1];
    whileHeld("SELECT FROM users WHERE id = " + alice.id() + " FOR UPDATE", () -> {
      made[0] = CompletableFuture.supplyAsync(() -> make(alice));
      Until.holds("it waits", () -> isWaiting("INSERT INTO rooms"));
      long began = System.nanoTime();
      make(bob).expect(201);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(NOT_HELD_UP);
    });
    ((Answer) made[0].get()).expect(201);
  }

  @Test
  void a_ban_that_cannot_end_keeps_no_other_from_its_end() throws Exception {
    Person alice = person("alice");
    Person bob = person("bob");
    List<RoomRef> rooms = Stream.generate(() -> alice.createRoom(one())).limit(4).toList();
    RoomRef free = rooms.get(3);
    Ws hers = inRoom(alice, one(), free);
    Instant end = Instant.now().plusSeconds(2);
    for (RoomRef room : rooms) {
      bob.on(one()).post(room.path() + "/join").expect(201);
      alice.on(one()).post(room.path() + "/members/" + bob.id() + "/ban", new JsonObject().put("enabled", true)
          .put("until", (room == free ? end.plusMillis(500) : end).toString())).expect(200);
    }
    String held = rooms.subList(0, 3).stream().map(room -> "lock_room_v1(" + room.id() + ", 1000)")
        .collect(Collectors.joining(", "));
    whileHeld("SELECT " + held, () ->
        hers.await("the end", NOT_HELD_UP.plusSeconds(3), member(bob, "is_banned", false)));
  }

  private static Answer make(Person person) {
    return person.on(one()).post("/rooms", new JsonObject().put("name", Names.unique("room")));
  }

  private static boolean isWaiting(String statement) {
    return !waiting(statement).isEmpty();
  }

  /** The transactions that wait for a lock in a statement with these words. */
  private static Set<String> waiting(String statement) {
    try (Connection database = Backends.postgres().connect(); Statement sql = database.createStatement();
         ResultSet rows = sql.executeQuery("SELECT pid || ' ' || xact_start FROM pg_stat_activity"
             + " WHERE wait_event_type = 'Lock' AND query LIKE '%" + statement + "%'")) {
      Set<String> waiting = new HashSet<>();
      while (rows.next()) {
        waiting.add(rows.getString(1));
      }
      return waiting;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
