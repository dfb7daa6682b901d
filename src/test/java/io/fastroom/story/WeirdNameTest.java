package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.JedisPubSub;

/** Room names of any letters. */
class WeirdNameTest extends Story {

  @Test
  void any_unicode_works_everywhere() throws InterruptedException {
    Person alice = person("alice");
    Person bob = person("bob");
    String name = "a/b:c %20 é 🙂 {x} *?[] \\ \" # + & " + Names.unique("w");
    RoomRef room = alice.createRoom(one(), name, false);
    assertThat(room.name()).isEqualTo(name);
    assertThat(bob.on(two()).get("/rooms/by-name/" + Rest.encode(name)).expect(200).json().getLong("id"))
        .isEqualTo(room.id());
    BlockingQueue<String> published = new LinkedBlockingQueue<>();
    subscribe("room:" + name, published);
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    a.chat(name, "hello");
    assertThat(b.await("the chat", chat("hello")).getString("room")).isEqualTo(name);
    b.send("typing", "room", name, "isTyping", true);
    a.await("typing", type("typing"));
    String json = published.poll(5, TimeUnit.SECONDS);
    while (json != null && !chat("hello").test(new JsonObject(json))) {
      json = published.poll(5, TimeUnit.SECONDS);
    }
    assertThat(json).as("what travels between the nodes").startsWith("{\"srv\":\"" + one().serverId());
    Set<String> keys = Backends.redis().call(jedis -> jedis.keys("presence:hb:*" + bob.name() + ":*"));
    assertThat(keys).anyMatch(key -> key.startsWith("presence:hb:" + name + ":" + bob.name() + ":"));
    long millis = Backends.redis().call(jedis -> jedis.pttl(keys.iterator().next()));
    assertThat(millis).isBetween(1L, 30_000L);
    assertThat(alice.on(two()).get(room.path() + "/presence").expect(200).json().getJsonArray("users").stream().toList())
        .isEqualTo(List.of(alice.name(), bob.name()));
    b.close();
    a.await("bob leaves", diff("leave", bob));
    Set<String> left = Backends.redis().call(jedis -> jedis.keys("presence:hb:*" + bob.name() + ":*"));
    assertThat(left).isEmpty();
  }

  @Test
  void a_name_is_one_in_every_form_and_hides_nothing() {
    Person alice = person("alice");
    String unique = Names.unique("caf");
    RoomRef room = alice.createRoom(one(), unique + "e\u0301", false);
    assertThat(room.name()).isEqualTo(unique + "\u00e9");
    alice.on(two()).post("/rooms", new JsonObject().put("name", unique + "\u00e9")).expect(409);
    for (String form : List.of(unique + "\u00e9", unique + "e\u0301")) {
      assertThat(alice.on(two()).get("/rooms/by-name/" + Rest.encode(form)).expect(200).json().getLong("id"))
          .isEqualTo(room.id());
      Ws ws = person("bob").connect(two());
      ws.send("join", "room", form);
      ws.await("the room's own name", frame -> type("joined").test(frame) && room.name().equals(frame.getString("room")));
      ws.chat(form, "from " + form);
      ws.await("the chat", chat("from " + form));
      ws.send("leave", "room", form);
      assertThat(ws.await("the answer", type("left")).getString("room")).isEqualTo(room.name());
    }
    for (String name : List.of("a\u200bb", "\u3164", "a\u202eb", "@alice,bob", "a\u00adb")) {
      alice.on(one()).post("/rooms", new JsonObject().put("name", name)).expect(422);
      alice.on(one()).patch(room.path(), new JsonObject().put("name", name)).expect(422);
    }
  }

  @Test
  void a_name_is_as_long_as_its_normal_form() {
    Person alice = person("alice");
    String unique = Names.unique("");
    String given = "e\u0301".repeat(100 - unique.length()) + unique;
    RoomRef room = alice.createRoom(one(), given, false);
    assertThat(room.name()).isEqualTo("\u00e9".repeat(100 - unique.length()) + unique);
    alice.on(two()).get("/rooms/by-name/" + Rest.encode(given)).expect(200);
    Ws ws = connect(alice, two());
    ws.send("join", "room", given);
    ws.await("the room's own name", frame -> type("joined").test(frame) && room.name().equals(frame.getString("room")));
    // One letter of Devanagari, and a note, are two and three characters in NFC.
    for (String longer : List.of("\u0958".repeat(51), "\ud834\udd60".repeat(34), given + "e\u0301", "e\u0301".repeat(201))) {
      alice.on(one()).post("/rooms", new JsonObject().put("name", longer)).expect(422);
      alice.on(one()).patch(room.path(), new JsonObject().put("name", longer)).expect(422);
    }
    ws.send("join", "room", given + "e\u0301");
    ws.await("no room has such a name", error("invalid_message"));
  }

  private void subscribe(String channel, BlockingQueue<String> published) throws InterruptedException {
    BlockingQueue<String> subscribed = new LinkedBlockingQueue<>();
    JedisPubSub listener = new JedisPubSub() {
      @Override
      public void onMessage(String from, String message) {
        published.add(message);
      }

      @Override
      public void onSubscribe(String to, int count) {
        subscribed.add(to);
      }
    };
    Thread thread = new Thread(() -> Backends.redis().call(jedis -> {
      jedis.subscribe(listener, channel);
      return null;
    }));
    thread.setDaemon(true);
    thread.start();
    assertThat(subscribed.poll(5, TimeUnit.SECONDS)).isEqualTo(channel);
    closing(listener::unsubscribe);
  }

  @Test
  void names_that_cannot_be_are_refused() {
    Person alice = person("alice");
    for (String bad : List.of("", " x", "x ", "a\nb", "a\u0000b", "a\u007fb", "x".repeat(101), ".", "..", "\ud800")) {
      alice.on(one()).send("POST", "/rooms", "application/json",
          "{\"name\":\"" + escape(bad) + "\"}").expect(422);
    }
    alice.createRoom(one(), "🙂".repeat(90) + Names.unique(""), false);
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars().forEach(c -> escaped.append(String.format("\\u%04x", c)));
    return escaped.toString();
  }
}
