package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is mentioned learns it wherever they are. */
class WatchMentionsTest extends WatchStory {
  /** More than are read at once, and no more than somebody may say at once. */
  private static final int MANY = 55;

  @Test
  void a_mention_is_told_on_every_device_and_counted() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    join(bob, room);
    Ws phone = watching(bob, one());
    Ws laptop = watching(bob, two());
    say(alice, room, "nobody");
    say(alice, room, "hello @" + bob.name() + ", and @" + alice.name());
    for (Ws ws : List.of(phone, laptop)) {
      JsonObject mention = ws.await("the mention", about("mention", room));
      assertThat(mention.getString("room")).isEqualTo(room.name());
      assertThat(mention.getJsonObject("message").getString("user")).isEqualTo(alice.name());
      assertThat(mention.getJsonObject("message").getString("message")).startsWith("hello");
    }
    JsonObject listed = listed(watch(laptop), room);
    assertThat(listed.getInteger("unread")).isEqualTo(2);
    assertThat(listed.getInteger("mentions")).isEqualTo(1);
    laptop.ask("read", "room", room.name(), "seq", listed.getLong("seq"));
    assertThat(listed(watch(laptop), room).getInteger("mentions")).isZero();
    say(bob, room, "I am @" + bob.name());
    say(alice, room, "the end");
    phone.await("the end", f -> about("activity", room).test(f)
        && "the end".equals(f.getJsonObject("last").getString("message")));
    assertThat(phone.frames("mention")).hasSize(1);
  }

  @Test
  void whoever_mentions_somebody_often_hides_no_mention_of_others() {
    Person alice = person("alice");
    Person bob = person("bob");
    Person carol = person("carol");
    RoomRef room = alice.createRoom(one());
    join(bob, room);
    join(carol, room);
    Ws his = watching(bob, two());
    Ws hers = watching(carol, two());
    Ws ws = inRoom(alice, one(), room);
    ws.send("chat", "room", room.name(), "message", "@" + bob.name() + " please look");
    for (int i = 0; i < MANY; i++) {
      ws.send("chat", "room", room.name(), "message", "@" + carol.name() + " " + i);
    }
    his.await("the one mention", about("mention", room));
    Until.holds("all of hers", Duration.ofSeconds(30), () -> hers.frames("mention").size() == MANY);
    List<String> told = hers.frames("mention").stream().map(f -> f.getJsonObject("message").getString("message")).toList();
    assertThat(told).isEqualTo(IntStream.range(0, MANY).mapToObj(i -> "@" + carol.name() + " " + i).toList());
    assertThat(his.frames("mention")).hasSize(1);
  }
}
