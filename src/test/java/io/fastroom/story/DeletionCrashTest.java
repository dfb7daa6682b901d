package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The node that deletes an account with very many messages is killed in the middle. */
class DeletionCrashTest extends Story {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int MESSAGES = 50_000;

  private static void sql(String... statements) {
    try (Connection database = Backends.postgres().connect(); Statement sql = database.createStatement()) {
      for (String statement : statements) {
        sql.execute(statement);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long count(String what) {
    try (Connection database = Backends.postgres().connect(); Statement each = database.createStatement();
         ResultSet rows = each.executeQuery("SELECT count(*) FROM " + what)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void fill(RoomRef room, Person author, int messages) {
    sql("INSERT INTO messages (room_id, seq, user_id, username, content, created_at) SELECT " + room.id() + ", -n, "
        + author.id() + ", '" + author.name() + "', 'old', now() FROM generate_series(1, " + messages + ") n");
  }

  @Test
  void the_others_end_what_it_began_and_nothing_of_the_name_is_left() {
    NodeProcess doomed = closing(Cluster.start(Cluster.UNLIMITED));
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef first = bob.createRoom(one());
    RoomRef second = bob.createRoom(one());
    for (RoomRef room : List.of(first, second)) {
      inRoom(alice, two(), room).chat(room.name(), "hello");
      fill(room, alice, MESSAGES / 2);
    }
    String nobody = "deleted." + alice.id();
    String renamed = "messages WHERE room_id IN (" + first.id() + ", " + second.id() + ") AND username = '" + nobody + "'";

    // It may be answered before it is killed: as soon as another node is at the same piece.
    CompletableFuture.runAsync(() -> alice.on(doomed).send("DELETE", "/users/me",
        "application/json", new JsonObject().put("password", alice.password()).encode()));
    Until.holds("the first are renamed", LONG, () -> count(renamed) > 0);
    doomed.kill9();
    long before = count(renamed);
    assertThat(before).as("it was killed in the middle").isLessThan(MESSAGES + 2);

    // Whatever is not rewritten yet is read as if it were.
    Ws his = inRoom(bob, one(), second);
    for (NodeProcess node : List.of(one(), two())) {
      assertThat(connect(bob, node).join(second.name()).entries()).extracting(m -> m.getString("user"))
          .doesNotContain(alice.name());
      alice.on(node).get("/users/me").expect(401);
    }
    new Rest(two().url(), null).post("/register", new JsonObject().put("username", alice.name())
        .put("password", "long enough for it")).expect(201);
    Until.holds("every message is renamed and the account is gone", LONG,
        () -> count(renamed) == MESSAGES + 2 && count("users WHERE id = " + alice.id()) == 0);
    assertThat(count("messages WHERE username = '" + alice.name() + "'")).isZero();
    assertThat(count("room_events WHERE username = '" + alice.name() + "'")).isZero();
    assertThat(count("room_members WHERE user_id = " + alice.id())).isZero();
    assertThat(count("user_purges WHERE user_id = " + alice.id())).isZero();
    assertThat(count("user_purge_rooms WHERE user_id = " + alice.id())).isZero();
    his.chat(second.name(), "and goes on");
    List<JsonObject> seen = connect(bob, two()).join(second.name(), 0L).entries();
    assertThat(seen).filteredOn(m -> Ws.type(m, "chat")).extracting(m -> m.getString("user"))
        .containsExactly(nobody, bob.name());
  }
}
