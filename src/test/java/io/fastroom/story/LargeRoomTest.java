package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.bench.load.Generator;
import io.fastroom.support.Backends;
import io.fastroom.support.Crowd;
import io.fastroom.support.Joined;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A room of more than 500 people. */
class LargeRoomTest extends Story {
  private static final JsonArray NOBODY = new JsonArray();
  private static final int PEOPLE = 560;

  @Test
  void tells_a_part_of_who_is_there_the_count_and_changes_gathered() throws Exception {
    List<Person> people = Crowd.of(Backends.postgres(), "many", PEOPLE);
    Person alice = person("alice");
    String prefix = Names.unique("room") + ".";
    RoomRef room = alice.createRoom(one(), prefix + "0", false);
    Ws early = inRoom(alice, one(), room);
    try (Generator generator = new Generator();
        var crowd = new io.fastroom.bench.load.Crowd(generator,
            List.of(new InetSocketAddress("127.0.0.1", one().port()), new InetSocketAddress("127.0.0.1", two().port())),
            people.stream().map(Person::access).toList(), prefix, 1, PEOPLE)) {
      crowd.joinAll(PEOPLE, 64, Duration.ofSeconds(30));
      for (var node : List.of(one(), two())) {
        Until.holds("the node knows of all", Duration.ofSeconds(15), () -> count(alice, node, room) == PEOPLE + 1);
      }
      Person bob = person("bob");
      Ws b = connect(bob, two());
      Joined joined = b.join(room.name());
      assertThat(joined.users()).hasSize(500).isSorted();
      assertThat(joined.presence().getInteger("count")).isEqualTo(PEOPLE + 2);
      assertThat(joined.presence().getBoolean("partial")).isTrue();
      assertThat(joined.presence().encode().length()).isLessThan(64 * 1024);
      assertThat(early.await("bob comes", diff("join", bob)).getInteger("count")).isEqualTo(PEOPLE + 2);
      // The first 500 came with a line each, the others gathered.
      assertThat(early.seen().stream().filter(f -> f.getString("message", "").endsWith(" joined")).count())
          .isBetween(480L, 501L);
      assertThat(pages(alice, room)).hasSize(PEOPLE + 2).contains(bob.name());
      early.mark();
      b.close();
      JsonObject left = early.await("bob goes", diff("leave", bob));
      assertThat(left.getInteger("count")).isEqualTo(PEOPLE + 1);
      assertThat(early.seen()).noneMatch(f -> Ws.type(f, "system"));
      // It is large no longer: whoever knew a part is told all.
      crowd.drop();
      JsonObject rest = early.await("all who are there", Duration.ofSeconds(60), type("presence_state"));
      assertThat(rest.containsKey("partial")).isFalse();
      Set<Object> there = new HashSet<>(rest.getJsonArray("users").getList());
      assertThat(there).contains(alice.name());
      Until.holds("all but one have gone", Duration.ofSeconds(60), () -> {
        early.seen().stream().dropWhile(f -> f != rest)
            .forEach(f -> there.removeAll(f.getJsonArray("leave", NOBODY).getList()));
        return there.size() == 1;
      });
    }
  }

  private static int count(Person person, io.fastroom.support.NodeProcess node, RoomRef room) {
    return person.on(node).get(room.path() + "/presence?limit=1").expect(200).json().getInteger("count");
  }

  /** All of them, page by page. */
  private static List<String> pages(Person person, RoomRef room) {
    List<String> all = new ArrayList<>();
    String cursor = "";
    while (cursor != null) {
      JsonObject page = person.on(two())
          .get(room.path() + "/presence?limit=100" + (cursor.isEmpty() ? "" : "&cursor=" + cursor)).expect(200).json();
      page.getJsonArray("users").forEach(user -> all.add((String) user));
      cursor = page.getString("next_cursor");
    }
    assertThat(new TreeSet<>(all)).containsExactlyElementsOf(all);
    return all;
  }
}
