package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Proxy;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.args.ClientType;

/** Other programs on the same Redis. */
class ForeignProgramTest extends Story {

  @Test
  void an_event_without_seq_reaches_the_room_as_it_is() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    JsonObject event = new JsonObject().put("type", "weather").put("room", room.name())
        .put("deep", new JsonObject().put("list", List.of(1, 2.5, "é🙂")));
    publish(room, event.encode());
    for (Ws each : List.of(a, b)) {
      assertThat(each.await("the weather", type("weather"))).isEqualTo(event);
    }
    publish(room, event.copy().put("type", "with-srv").put("srv", "another").encode());
    a.await("with a marker of another program", type("with-srv"));
  }

  /** Programs of the same kind that know each other by this name alone would take it for their own. */
  @Test
  void an_event_that_bears_the_id_of_a_node_is_ignored_by_that_node_alone() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    for (String form : List.of("{\"srv\":\"%s\",\"type\":\"weather\"}", "{ \"type\":\"weather\", \"srv\" : \"%s\" }")) {
      publish(room, form.formatted(one().serverId()));
    }
    publish(room, new JsonObject().put("type", "end").encode());
    a.await("what came after", type("end"));
    b.await("what came after", type("end"));
    assertThat(a.frames("weather")).isEmpty();
    assertThat(b.frames("weather")).hasSize(2);
  }

  @Test
  void an_event_with_a_seq_is_only_a_hint_to_look_into_the_log() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(person("bob"), two(), room);
    long seq = a.chat(room.name(), "true").getLong("seq");
    for (long forged : new long[] {seq, seq + 1, seq + 1_000, Long.MAX_VALUE}) {
      publish(room, new JsonObject().put("type", "chat").put("room", room.name()).put("user", "god")
          .put("user_id", 1).put("message", "forged").put("message_id", 1).put("seq", forged)
          .put("ts", "2026-01-01T00:00:00Z").encode());
      publish(room, new JsonObject().put("srv", two().serverId() + ".x." + room.id() + "." + forged + ".00")
          .put("type", "chat").put("room", room.name()).put("user", "god").put("message", "forged")
          .put("seq", forged).put("ts", "2026-01-01T00:00:00Z").encode());
    }
    a.chat(room.name(), "also true");
    b.await("the chat", chat("also true"));
    for (Ws each : List.of(a, b)) {
      assertThat(each.seen()).noneMatch(chat("forged"));
    }
    assertThat(b.frames("chat")).extracting(f -> f.getLong("seq")).containsExactly(seq, seq + 1);
  }

  @Test
  void a_seq_that_is_no_place_in_the_log_never_reaches_a_client_either() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    for (Object seq : Arrays.asList(-1, 0, 1.5, "7", null, true, new BigInteger("99999999999999999999"))) {
      publish(room, new JsonObject().put("type", "odd").put("room", room.name()).put("seq", seq).encode());
    }
    publish(room, new JsonObject().put("type", "end").put("room", room.name()).encode());
    a.await("what came after", type("end"));
    assertThat(a.frames("odd")).isEmpty();
  }

  @Test
  void a_change_of_presence_that_claims_to_be_the_newest_for_ever_is_not_believed() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Ws b = inRoom(bob, two(), room);
    a.await("bob comes", diff("join", bob));
    for (String name : List.of("ghost", bob.name())) {
      publish(room, new JsonObject().put("srv", two().serverId() + ".x." + room.id() + ".P999999999999999999")
          .put("type", "presence_diff").put("room", room.name()).put("join", List.of(name)).encode());
    }
    b.close();
    a.await("bob goes", diff("leave", bob));
    assertThat(a.join(room.name()).users()).containsExactly(alice.name());
  }

  @Test
  void hints_never_cost_a_sender_the_ref_of_the_own_chat() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    String hint = new JsonObject().put("type", "chat").put("room", room.name()).put("seq", Long.MAX_VALUE).encode();
    for (int i = 0; i < 200; i++) {
      a.send("chat", "room", room.name(), "message", "m" + i, "ref", "own-" + i);
      publish(room, hint);
    }
    a.await("the last", chat("m199"));
    assertThat(a.frames("chat")).hasSize(200)
        .allMatch(f -> f.getString("message").replace("m", "own-").equals(f.getString("ref")));
  }

  @Test
  void rubbish_on_the_channel_harms_nobody() {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    Ws a = inRoom(alice, one(), room);
    Person bob = person("bob");
    Ws b = inRoom(bob, two(), room);
    a.await("the line about bob", f -> (bob.name() + " joined").equals(f.getString("message")));
    a.mark();
    for (String rubbish : List.of("", "x", "{", "[]", "null", "{}", "{\"type\":1}", "{\"srv\":1}",
        "{\"srv\":\"" + two().serverId(), "{\"srv\":\"a.b.c.d.e\",\"type\":\"x\"} trailing", "[".repeat(20_000))) {
      publish(room, rubbish);
    }
    a.chat(room.name(), "fine");
    b.await("the chat", chat("fine"));
    assertThat(a.seen()).extracting(f -> f.getString("type")).containsOnly("chat");
  }

  /** Over that connection hardly anything comes, so that nobody else would ever notice. */
  @Test
  void a_heartbeat_is_heard_also_when_the_connection_for_them_had_fallen_silent() {
    try (RedisProcess redis = new RedisProcess(); Proxy road = new Proxy(redis.port());
        NodeProcess node = new NodeProcess(Backends.postgres().url(), "redis://127.0.0.1:" + road.port() + "/0", Map.of())) {
      node.start();
      Person alice = Person.register(node, "alice");
      RoomRef room = alice.createRoom(node);
      Ws a = inRoom(alice, node, room);
      String key = "presence:hb:" + room.name() + ":ghost:";

      Set<Integer> before = listeners(redis);
      road.forget(fewest(redis));
      Until.holds("the node has made it anew", Duration.ofSeconds(15),
          () -> listeners(redis).size() == before.size() && !listeners(redis).equals(before));
      redis.call(jedis -> jedis.psetex(key + "c1", 60_000, "x"));
      a.await("the ghost comes", f -> Ws.type(f, "presence_diff") && f.containsKey("join"));
      assertThat(node.readiness()).isEqualTo(200);
    }
  }

  private static Stream<String> subscribed(RedisProcess redis) {
    String all = redis.call(jedis -> jedis.clientList(ClientType.PUBSUB));
    return all.lines().sorted(Comparator.comparing(line -> Integer.valueOf(field(line, "sub"))));
  }

  private static String field(String client, String name) {
    return client.replaceFirst(".* " + name + "=(\\S*).*", "$1");
  }

  private static int port(String client) {
    return Integer.parseInt(field(client, "addr").replaceFirst(".*:", ""));
  }

  private static Set<Integer> listeners(RedisProcess redis) {
    return subscribed(redis).map(ForeignProgramTest::port).collect(Collectors.toSet());
  }

  /** The port of whoever listens to the fewest channels. */
  private static int fewest(RedisProcess redis) {
    return port(subscribed(redis).findFirst().orElseThrow());
  }

  private static void publish(RoomRef room, String message) {
    long receivers = Backends.redis().call(jedis -> jedis.publish("room:" + room.name(), message));
    assertThat(receivers).isPositive();
  }
}
