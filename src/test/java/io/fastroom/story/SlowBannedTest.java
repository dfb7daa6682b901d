package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Promises 5 and 7 together: a reader that is far behind is put out of the room. */
class SlowBannedTest extends Story {
  private static final Duration READ = Duration.ofSeconds(20);
  private static final String TEXT = "🙂".repeat(3_900);

  private Person alice;
  private Person bob;
  private RoomRef room;
  private Ws a;
  private Ws slow;

  @BeforeEach
  void a_reader_falls_behind() {
    alice = person("alice");
    bob = person("bob");
    room = alice.createRoom(two());
    a = inRoom(alice, two(), room);
    slow = closing(Ws.open(one().port(), "/ws?access_token=" + bob.access(), Map.of(), 4_096));
    slow.join(room.name());
    slow.mark();
    slow.pause();
    for (int i = 0; i < 600; i++) {
      a.send("chat", "room", room.name(), "message", i + TEXT);
      if (i % 50 == 49) {
        a.await("message " + i, READ, chat(i + TEXT));
      }
    }
  }

  private long ban() {
    a.mark();
    alice.flag(two(), room, bob, "ban", true).expect(200);
    long fence = a.await("the ban", member(bob, "is_banned", true)).getLong("seq");
    a.await("bob leaves", diff("leave", bob));
    a.chat(room.name(), "about bob");
    return fence;
  }

  @Test
  void gets_all_up_to_the_fence_in_order_and_nothing_beyond() {
    long fence = ban();
    slow.resume();
    slow.await("the error", READ, error("banned"));
    assertThat(slow.ask("chat", "room", room.name(), "message", "x").getString("code")).isIn("not_in_room", "banned");
    List<JsonObject> frames = slow.seen().stream().filter(f -> f.containsKey("seq")).toList();
    assertThat(liveSeqs(slow)).isEqualTo(range(fence - frames.size() + 1, fence));
    assertThat(frames.stream().filter(type("chat"))).hasSize(600);
    assertThat(member(bob, "is_banned", true).test(frames.get(frames.size() - 1))).isTrue();
  }

  @Test
  void comes_back_while_still_behind_and_goes_on_from_there() {
    ban();
    alice.flag(two(), room, bob, "ban", false).expect(200);
    long lifted = a.await("the lifting", member(bob, "is_banned", false)).getLong("seq");
    slow.send("join", "room", room.name(), "ref", "again");
    a.await("bob is back", diff("join", bob));
    slow.resume();
    JsonObject joined = slow.await("the answer", READ, f -> "again".equals(f.getString("ref")));
    assertThat(joined.getString("type")).isEqualTo("joined");
    assertThat(joined.getLong("seq")).isGreaterThanOrEqualTo(lifted);
    slow.mark();
    a.chat(room.name(), "welcome");
    slow.await("the welcome", chat("welcome"));
    assertThat(liveSeqs(slow)).isEqualTo(range(joined.getLong("seq") + 1, lifted + 1));
    assertThat(slow.frames("error")).isEmpty();
  }
}
