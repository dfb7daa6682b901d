package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rooms between two people. */
class DirectTest extends Story {
  private static Answer open(Person person, NodeProcess node, String other) {
    return person.on(node).post("/direct", new JsonObject().put("username", other));
  }

  private static RoomRef direct(Person person, NodeProcess node, Person other) {
    JsonObject room = open(person, node, other.name()).json();
    return new RoomRef(room.getLong("id"), room.getString("name"));
  }

  private static String name(Person one, Person other) {
    return Stream.of(one.name(), other.name()).sorted().reduce("@", (a, b) -> a.equals("@") ? a + b : a + "," + b);
  }

  private static void delete(Person person) {
    Answer gone = person.on(one()).send("DELETE", "/users/me", "application/json",
        new JsonObject().put("password", person.password()).encode());
    gone.expect(204);
  }

  @Test
  void two_people_have_one_room_from_either_side() {
    Person alice = person("alice");
    Person bob = person("bob");
    JsonObject made = open(alice, one(), bob.name()).expect(201).json();
    assertThat(made.getString("name")).isEqualTo(name(alice, bob));
    assertThat(made.getBoolean("is_private")).isTrue();
    assertThat(open(bob, two(), " " + alice.name().toUpperCase() + " ").expect(200).json()).isEqualTo(made);
    assertThat(open(alice, two(), bob.name()).expect(200).json()).isEqualTo(made);
    assertThat(alice.on(two()).get("/rooms/" + made.getLong("id") + "/members").expect(200).json().getJsonArray("items"))
        .hasSize(2).allMatch(member -> !((JsonObject) member).getBoolean("is_moderator"));
    assertThat(bob.on(one()).get("/rooms/by-name/" + Rest.encode(made.getString("name"))).expect(200).json())
        .isEqualTo(made);
    Ws hers = closing(alice.connect(one()));
    Ws his = closing(bob.connect(two()));
    hers.join(made.getString("name"));
    his.join(made.getString("name"));
    hers.chat(made.getString("name"), "only for you");
    his.await("what she says", chat("only for you"));
  }

  @Test
  void is_made_once_when_both_begin_at_the_same_moment() {
    for (int round = 0; round < 5; round++) {
      Person alice = person("alice");
      Person bob = person("bob");
      List<CompletableFuture<Answer>> asked = IntStream.range(0, 8).mapToObj(i -> CompletableFuture.supplyAsync(
          () -> i % 2 == 0 ? open(alice, one(), bob.name()) : open(bob, two(), alice.name()))).toList();
      List<Answer> answers = asked.stream().map(CompletableFuture::join).toList();
      assertThat(answers.stream().map(Answer::status)).containsOnly(200, 201).containsOnlyOnce(201);
      assertThat(answers.stream().map(answer -> answer.json().getLong("id")).distinct()).hasSize(1);
    }
  }

  @Test
  void there_is_none_with_oneself_nobody_or_an_account_that_is_disabled() throws SQLException {
    Person alice = person("alice");
    Person bob = person("bob");
    assertThat(open(alice, one(), alice.name()).expect(409).json().getString("code")).isEqualTo("not_yourself");
    open(alice, one(), "nobody_at_all").expect(404);
    open(alice, one(), "deleted.1").expect(404);
    open(alice, one(), "?").expect(422);
    sql("UPDATE users SET disabled = true WHERE id = " + bob.id());
    open(alice, one(), bob.name()).expect(404);
  }

  private static void sql(String statement) throws SQLException {
    try (Connection database = Backends.postgres().connect(); Statement each = database.createStatement()) {
      each.execute(statement);
    }
  }

  @Test
  void nobody_changes_it() {
    Person alice = person("alice");
    Person bob = person("bob");
    Person eve = person("eve");
    RoomRef room = direct(alice, one(), bob);
    Rest rest = alice.on(one());
    Stream.of(rest.patch(room.path(), new JsonObject().put("name", "ours")),
        rest.patch(room.path(), new JsonObject().put("is_private", false)), rest.delete(room.path()),
        rest.post(room.path() + "/members", new JsonObject().put("username", eve.name())),
        rest.delete(room.path() + "/members/" + bob.id()), rest.delete(room.path() + "/leave"),
        alice.flag(one(), room, bob, "ban", true), alice.flag(one(), room, bob, "mute", true),
        alice.flag(one(), room, alice, "moderator", true), rest.get(room.path() + "/audit"))
        .forEach(answer -> assertThat(answer.status()).as(answer.text()).isEqualTo(403));
    rest.post(room.path() + "/join").expect(409);
    for (Answer answer : List.of(eve.on(two()).get(room.path()), eve.on(two()).post(room.path() + "/join"),
        eve.on(two()).get("/rooms/by-name/" + Rest.encode(room.name())))) {
      answer.expect(404);
    }
    assertThat(eve.on(two()).get("/rooms?limit=200").json().encode()).doesNotContain(room.name());
    assertThat(connect(eve, two()).join(room.name()).error().getString("code")).isEqualTo("room_not_found");
    rest.post("/rooms", new JsonObject().put("name", "@" + alice.name() + "," + eve.name())).expect(422);
    RoomRef other = alice.createRoom(one());
    rest.patch(other.path(), new JsonObject().put("name", "@" + alice.name() + "," + eve.name())).expect(422);
  }

  @Test
  void stays_for_the_other_when_an_account_is_deleted_and_is_not_the_next_ones_of_that_name() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = direct(alice, one(), bob);
    Ws his = inRoom(bob, two(), room);
    Ws hers = inRoom(alice, one(), room);
    hers.chat(room.name(), "farewell");
    delete(alice);
    String left = Stream.of("deleted." + alice.id(), bob.name()).sorted().reduce((a, b) -> "@" + a + "," + b).orElseThrow();
    his.await("the room's name", f -> Ws.type(f, "room_updated") && left.equals(f.getString("name")));
    his.await("the end of her membership", f -> Ws.type(f, "member_update") && alice.id() == f.getLong("user_id")
        && !f.getBoolean("is_member"));
    his.chat(left, "to nobody");
    assertThat(bob.on(one()).get(room.path()).expect(200).json().getString("name")).isEqualTo(left);
    assertThat(bob.on(one()).get(room.path() + "/messages").expect(200).text()).contains("farewell");
    open(bob, one(), "deleted." + alice.id()).expect(404);
    open(bob, one(), alice.name()).expect(404);

    new Rest(one().url(), null).post("/register", new JsonObject().put("username", alice.name())
        .put("password", "correct horse again")).expect(201);
    Until.holds("another room with another alice", () -> open(bob, one(), alice.name()).status() == 201);
    JsonObject another = open(bob, two(), alice.name()).expect(200).json();
    assertThat(another.getString("name")).isEqualTo(room.name());
    assertThat(another.getLong("id")).isNotEqualTo(room.id());
  }
}
