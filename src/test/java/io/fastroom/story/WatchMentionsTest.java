package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is mentioned learns it wherever they are. */
class WatchMentionsTest extends WatchStory {
  /** More than are read at once, and no more than somebody may say at once. */
  private static final int MANY = 55;
  private static final String MORE = """
      INSERT INTO messages (room_id, seq, user_id, username, content, created_at, message_count)
      SELECT m.room_id, m.seq + n, m.user_id, m.username, 'more', clock_timestamp(), m.message_count + n
      FROM messages m, generate_series(1, 10050) n WHERE m.room_id = %d AND m.seq = (
        SELECT max(seq) FROM messages WHERE room_id = %d)""";

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
  void a_mention_before_more_messages_than_are_looked_at_for_the_unread_is_counted() throws SQLException {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    join(bob, room);
    say(alice, room, "hello @" + bob.name());
    try (Connection database = Backends.postgres().connect(); Statement insert = database.createStatement()) {
      insert.execute(MORE.formatted(room.id(), room.id()));
    }
    JsonObject listed = listed(watch(watching(bob, two())), room);
    assertThat(listed.getInteger("unread")).isEqualTo(99);
    assertThat(listed.getInteger("mentions")).isEqualTo(1);
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
