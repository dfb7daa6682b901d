package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bans and mutes with a reason and an end. */
class RestrictionsTest extends Story {
  private static String path(RoomRef room, Person member, String flag) {
    return room.path() + "/members/" + member.id() + "/" + flag;
  }

  private static JsonObject because(String reason, Duration end) {
    return new JsonObject().put("enabled", true).put("reason", reason).put("until", Instant.now().plus(end).toString());
  }

  @Test
  void tell_why_and_until_when_and_end_by_themselves_on_every_node() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws hers = inRoom(alice, two(), room);
    Ws his = inRoom(bob, one(), room);
    JsonObject mute = because("too loud", Duration.ofSeconds(3));
    alice.on(one()).post(path(room, bob, "mute"), mute).expect(200);
    for (Ws ws : List.of(hers, his)) {
      JsonObject told = ws.await("the mute", member(bob, "is_muted", true));
      assertThat(told.getString("reason")).isEqualTo("too loud");
      assertThat(Instant.parse(told.getString("until"))).isEqualTo(Instant.parse(mute.getString("until"))
          .truncatedTo(ChronoUnit.MICROS));
    }
    for (Ws ws : List.of(hers, his)) {
      assertThat(ws.await("its end", Duration.ofSeconds(8), member(bob, "is_muted", false)).containsKey("until")).isFalse();
    }
    his.chat(room.name(), "here I am again");
    JsonObject replayed = connect(alice, one()).join(room.name(), 0L).entries().stream()
        .filter(member(bob, "is_muted", true)).findFirst().orElseThrow();
    assertThat(replayed.getString("reason")).isEqualTo("too loud");
    assertThat(alice.on(one()).get(room.path() + "/audit").expect(200).json().getJsonArray("items").getJsonObject(0)
        .getString("reason")).isEqualTo("too loud");
  }

  @Test
  void a_ban_whose_end_came_while_nobody_looked_is_over_and_one_without_stays() throws SQLException {
    Person alice = person("alice");
    Person bob = person("bob");
    Person carol = person("carol");
    RoomRef room = alice.createRoom(one());
    inRoom(bob, one(), room);
    inRoom(carol, two(), room);
    Ws hers = inRoom(alice, two(), room);
    alice.on(one()).post(path(room, carol, "ban"), new JsonObject().put("enabled", true).put("reason", "for good"));
    alice.on(one()).post(path(room, bob, "ban"), because("a day", Duration.ofDays(1))).expect(200);
    bob.on(two()).get(room.path() + "/messages").expect(403);
    try (Connection database = Backends.postgres().connect(); Statement statement = database.createStatement()) {
      statement.execute("UPDATE room_members SET ban_until = now() - interval '1 hour' WHERE user_id = " + bob.id());
    }
    hers.await("its end", Duration.ofSeconds(8), member(bob, "is_banned", false));
    bob.on(two()).get(room.path() + "/messages").expect(200);
    carol.on(two()).get(room.path() + "/messages").expect(403);
  }

  @Test
  void set_without_an_end_do_not_end_any_more() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    inRoom(bob, one(), room);
    Ws hers = inRoom(alice, two(), room);
    for (String mark : List.of("mute", "ban")) {
      String told = mark.equals("mute") ? "is_muted" : "is_banned";
      alice.on(one()).post(path(room, bob, mark), because("an hour", Duration.ofHours(1))).expect(200);
      hers.await("its end", member(bob, told, true).and(f -> f.containsKey("until")));
      alice.flag(one(), room, bob, mark, true).expect(200);
      hers.await("that it has none", member(bob, told, true).and(f -> !f.containsKey("until")));
      alice.flag(one(), room, bob, mark, true).expect(200);
    }
    hers.chat(room.name(), "what is set already is not told");
    assertThat(hers.frames("member_update")).hasSize(4);
  }

  @Test
  void are_bans_and_mutes_alone() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    inRoom(bob, one(), room);
    JsonObject refused = alice.on(one()).post(path(room, bob, "moderator"), because("a day", Duration.ofDays(1)))
        .expect(422).json();
    assertThat(refused.getJsonArray("errors").stream().map(each -> ((JsonObject) each).getString("pointer")))
        .containsExactlyInAnyOrder("/reason", "/until");
    alice.flag(one(), room, bob, "moderator", true).expect(200);
  }

  @Test
  void take_a_reason_of_500_characters_and_a_time_to_come() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    inRoom(bob, one(), room);
    for (JsonObject bad : List.of(new JsonObject().put("reason", "x".repeat(501)), new JsonObject().put("reason", 5),
        new JsonObject().put("until", "soon"), new JsonObject().put("until", "2020-01-01T00:00:00Z"))) {
      alice.on(one()).post(path(room, bob, "ban"), bad.put("enabled", true)).expect(422);
    }
    alice.on(one()).post(path(room, bob, "ban"), new JsonObject().put("enabled", true).put("reason", "x".repeat(500)))
        .expect(200);
  }

  @Test
  void an_end_may_be_the_last_of_all_times() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws ws = inRoom(alice, one(), room);
    bob.on(one()).post(room.path() + "/join").expect(201);
    alice.on(one()).post(room.path() + "/members/" + bob.id() + "/ban", new JsonObject().put("enabled", true)
        .put("until", "9999-12-31T23:59:59Z")).expect(200);
    assertThat(ws.await("the ban", member(bob, "is_banned", true)).getString("until"))
        .isEqualTo("9999-12-31T23:59:59.000000Z");
  }
}
