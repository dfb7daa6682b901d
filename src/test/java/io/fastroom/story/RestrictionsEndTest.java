package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bans and mutes whose end came while no node ran. */
@Tag("slow")
class RestrictionsEndTest {
  private static NodeProcess node(Postgres postgres) {
    return new NodeProcess(postgres, Backends.redis(), Map.of());
  }

  private static void restrict(Person by, NodeProcess node, RoomRef room, Person whom, String how, Instant until) {
    by.on(node).post(room.path() + "/members/" + whom.id() + "/" + how,
        new JsonObject().put("enabled", true).put("reason", "a while").put("until", until.toString())).expect(200);
  }

  private static List<JsonObject> entries(Ws ws, RoomRef room, Predicate<JsonObject> which) {
    return ws.join(room.name(), 0L).entries().stream().filter(which).toList();
  }

  @Test
  void are_over_when_the_nodes_are_back_once_and_those_that_last_go_on() {
    try (Postgres postgres = new Postgres(); NodeProcess one = node(postgres); NodeProcess two = node(postgres)) {
      one.start();
      two.start();
      Person alice = Person.register(one, "alice");
      Person bob = Person.register(one, "bob");
      Person carol = Person.register(two, "carol");
      Person dave = Person.register(two, "dave");
      RoomRef room = alice.createRoom(one);
      for (Person each : List.of(bob, carol, dave)) {
        each.on(two).post(room.path() + "/join").expect(201);
      }
      Instant end = Instant.now().plusSeconds(5);
      restrict(alice, one, room, bob, "ban", end);
      restrict(alice, two, room, carol, "mute", end);
      restrict(alice, two, room, dave, "ban", Instant.now().plus(Duration.ofDays(1)));
      one.kill9();
      two.kill9();
      assertThat(Instant.now()).as("the nodes were down before it was over").isBefore(end);
      Until.holds("it is over", Duration.ofSeconds(20), () -> Instant.now().isAfter(end));

      one.launch();
      two.launch();
      one.awaitServing(Duration.ofSeconds(60));
      two.awaitServing(Duration.ofSeconds(60));
      for (NodeProcess node : List.of(one, two)) {
        Until.holds("bob is in again", Duration.ofSeconds(30), () ->
            bob.on(node).get(room.path() + "/messages").status() == 200);
        Until.holds("carol has her word", Duration.ofSeconds(30), () -> carol.on(node).post(room.path() + "/messages",
            new JsonObject().put("content", "hello")).status() == 201);
        dave.on(node).get(room.path() + "/messages").expect(403);
      }
      try (Ws his = bob.connect(two)) {
        assertThat(entries(his, room, Story.member(bob, "is_banned", false))).as("who joined, and the end of the ban")
            .filteredOn(f -> f.getLong("seq") > entries(his, room, Story.member(bob, "is_banned", true)).get(0)
                .getLong("seq")).hasSize(1);
        assertThat(entries(his, room, Story.member(carol, "is_muted", true))).hasSize(1);
        assertThat(entries(his, room, Story.member(carol, "is_muted", false))).hasSize(1);
      }
    }
  }
}
