package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Proxy;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A ban is lifted on one node and the user comes back through another, which is told of nothing and finds out only when
 * it looks into the log: what was said while the user was out must not come after the answer to the join.
 */
class ReadmissionTest extends Story {
  private static final Duration DEAF = Duration.ofSeconds(10);
  private static final Duration BY_POSTGRES = Duration.ofSeconds(4);

  private static Proxy road;
  private static NodeProcess deaf;

  @BeforeAll
  static void start() {
    road = new Proxy(Backends.redis().port());
    deaf = new NodeProcess(Backends.postgres().url(), "redis://127.0.0.1:" + road.port() + "/0", Cluster.UNLIMITED)
        .start();
    Until.holds("the node is ready", () -> deaf.readiness() == 200);
    road.blackHole();
    Until.holds("the node knows that it is deaf", DEAF, () -> deaf.readiness() == 503);
  }

  @AfterAll
  static void stop() {
    deaf.close();
    road.close();
  }

  @Test
  void whoever_saw_the_ban_comes_back_behind_its_lifting() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, deaf, room);
    for (int round = 0; round < 3; round++) {
      b.mark();
      alice.flag(one(), room, bob, "ban", true).expect(200);
      b.await("the ban", BY_POSTGRES, error("banned"));
      comesBack(alice, bob, room, a, b);
    }
  }

  @Test
  void whoever_was_banned_long_before_the_node_knew_the_room_does_too() {
    Person alice = person("alice");
    Person bob = person("bob");
    Ws b = connect(bob, deaf);
    for (int round = 0; round < 2; round++) {
      RoomRef room = alice.createRoom(one());
      Ws a = inRoom(alice, one(), room);
      bob.on(one()).post(room.path() + "/join").expect(201);
      alice.flag(one(), room, bob, "ban", true).expect(200);
      for (int i = 0; i < 300; i++) {
        a.send("chat", "room", room.name(), "message", "long ago " + i);
      }
      a.await("all of it", chat("long ago 299"));
      inRoom(alice, deaf, room);
      comesBack(alice, bob, room, a, b);
    }
  }

  private static void comesBack(Person alice, Person bob, RoomRef room, Ws a, Ws b) {
    a.mark();
    List<Long> secrets = List.of(a.chat(room.name(), "about bob").getLong("seq"),
        a.chat(room.name(), "more about bob").getLong("seq"));
    b.mark();
    alice.flag(one(), room, bob, "ban", false).expect(200);
    Joined joined = b.join(room.name());
    long lifted = a.await("the lifting", member(bob, "is_banned", false)).getLong("seq");
    assertThat(joined.error()).isNull();
    assertThat(joined.seq()).as("where bob comes in").isGreaterThanOrEqualTo(lifted);
    a.chat(room.name(), "welcome");
    b.await("the welcome", BY_POSTGRES, chat("welcome"));
    assertThat(liveSeqs(b)).as("what bob sees live").doesNotContainAnyElementsOf(secrets)
        .isEqualTo(range(joined.seq() + 1, lifted + 1));
  }
}
