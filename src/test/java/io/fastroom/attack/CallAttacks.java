package io.fastroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.HugeRoom;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** REST calls side by side, as dear as can be. */
@Tag("slow")
@Tag("alone")
class CallAttacks {
  private static final int MEMBERS = 100_000;
  private static final int PRESENT = 50_000;
  /** Two for each 500 of those who are there. */
  private static final int CALLS_OF_A_WALK = 200;
  /** So many that more changes of a room wait than may. */
  private static final int EDITORS = 120;
  private static final String FAR = "9007199254740991";

  private static Postgres postgres;
  private static Field field;
  private static RoomRef room;
  private static RoomRef huge;
  private static long message;
  private static long seq;

  @BeforeAll
  static void begin() throws Exception {
    // A hundred thousand users are nothing for those who come after.
    postgres = new Postgres();
    String namespace = Names.unique("attack");
    field = new Field(postgres, Backends.redis(), Map.of("REDIS_NAMESPACE", namespace));
    Person first = field.attacker(0);
    room = first.createRoom(field.node);
    huge = first.createRoom(field.node);
    String prefix = Names.unique("member") + ".";
    try (Connection database = postgres.connect()) {
      HugeRoom.members(database, huge.id(), prefix, MEMBERS);
    }
    Backends.redis().call(redis -> {
      HugeRoom.present(redis, namespace + ":", huge.name(), prefix, PRESENT);
      return null;
    });
    try (Ws socket = first.connect(field.node)) {
      socket.join(room.name());
      JsonObject chat = socket.chat(room.name(), "the first");
      message = chat.getLong("message_id");
      seq = chat.getLong("seq");
    }
    for (Person each : field.attackers.subList(1, Field.ATTACKERS)) {
      each.on(field.node).post(room.path() + "/join").expect(201);
      Until.holds("a moderator", () -> first.flag(field.node, room, each, "moderator", true).status() == 200);
    }
  }

  @AfterAll
  static void end() {
    field.close();
    postgres.close();
  }

  private static int get(Person who, String path) {
    return who.on(field.node).get(path).status();
  }

  private static Consequence limited(String kind) {
    return Consequence.counted("fastroom_rate_limited_total{kind=\"" + kind + "\"}");
  }

  private static Consequence waiting(String use) {
    return Consequence.queued("fastroom_reads_waiting{use=\"" + use + "\"}");
  }

  private static void flood(String name, Consequence consequence, Set<Integer> allowed, Flood.Call call) {
    flood(name, Flood.CALLERS, consequence, allowed, call);
  }

  private static void flood(String name, int callers, Consequence consequence, Set<Integer> allowed, Flood.Call call) {
    field.hold(name, consequence, () -> {
      ConcurrentMap<Integer, Integer> statuses = Flood.ofCalls(field, callers, call);
      System.out.println("attack: " + name + ": " + statuses);
      assertThat(allowed).as("%s", statuses).containsAll(statuses.keySet());
    });
  }

  @Test
  void edits_of_one_message() {
    Consequence refused = Consequence.counted("fastroom_changes_refused_total");
    flood("edits of one message", EDITORS, refused, Set.of(200, 429, 503), (who, n) -> who.on(field.node).send("PATCH",
        room.path() + "/messages/" + message, "application/json", "{\"content\":\"edit " + n + "\"}").status());
    try (Ws socket = field.attacker(0).connect(field.node)) {
      assertThat(socket.join(room.name(), seq).resumed()).isTrue();
    }
  }

  @Test
  void pages_of_a_hundred_thousand_members() {
    flood("pages of 100,000 members", waiting("lists"), Set.of(200, 429, 503),
        (who, n) -> get(who, huge.path() + "/members?limit=200&offset=" + n * 199 % MEMBERS));
  }

  /** Redis is asked for few of those who ask. @param walks fewer than so many times over all who are there */
  private static Consequence walks(int walks) {
    return node -> {
      long before = evaluated();
      return watch -> {
        long asked = evaluated() - before;
        return asked < walks * CALLS_OF_A_WALK ? null : "Redis was asked " + asked + " times";
      };
    };
  }

  private static long evaluated() {
    return Backends.redis().call(redis -> redis.info("commandstats").lines()
        .filter(line -> line.startsWith("cmdstat_evalsha:")).mapToLong(line ->
            Long.parseLong(line.substring(line.indexOf("calls=") + 6, line.indexOf(',')))).sum());
  }

  @Test
  void presence_of_fifty_thousand() {
    Person first = field.attacker(0);
    // First asked by those who are not there, who share what is read each two seconds, then from the node's own view.
    flood("presence of 50,000 in a room that is not live", walks(5), Set.of(200, 429),
        (who, n) -> get(who, huge.path() + "/presence?limit=500"));
    try (Ws socket = first.connect(field.node)) {
      socket.join(huge.name());
      Until.holds("all are seen", Duration.ofSeconds(60), () -> first.on(field.node)
          .get(huge.path() + "/presence?limit=1").expect(200).json().getInteger("count") > PRESENT);
      // Now and then the node compares its view with Redis.
      flood("presence of 50,000", walks(2), Set.of(200, 429), (who, n) -> get(who, huge.path() + "/presence?limit=500"));
    }
  }

  @Test
  void lists_from_far_behind() {
    String[] paths = {"/users?limit=200&offset=" + FAR, "/users?limit=200&order=desc&offset=90000",
        "/rooms?limit=200&offset=" + FAR, room.path() + "/messages?limit=200&offset=" + FAR,
        huge.path() + "/members?limit=200&offset=" + FAR, "/rooms?limit=200&q=room"};
    flood("lists from far behind", waiting("lists"), Set.of(200, 422, 429, 503),
        (who, n) -> get(who, paths[n % paths.length]));
  }

  @Test
  void searches() {
    String[] queries = {"e*", "-the", "%22the+first%22", "a*+b*+c*+d*+e*+f*+g*+h*", "edit+-first+-second+-third", "%00",
        "("};
    flood("searches", waiting("pages"), Set.of(200, 422, 429, 503),
        (who, n) -> get(who, "/search?limit=200&q=" + queries[n % queries.length]));
  }

  @Test
  void rooms_keys_and_webhooks() {
    flood("rooms, keys and webhooks", limited("rest_write"), Set.of(201, 200, 409, 422, 429), (who, n) -> switch (n % 4) {
      case 0 -> who.on(field.node).post("/rooms", new JsonObject().put("name", Names.unique("more"))).status();
      case 1 -> who.on(field.node).post("/users/me/keys", new JsonObject().put("name", "key " + n)
          .put("scopes", new JsonArray().add("read"))).status();
      case 2 -> who.on(field.node).post(room.path() + "/webhooks",
          new JsonObject().put("url", "https://127.0.0.1:1/" + n)).status();
      default -> who.on(field.node).post("/direct", new JsonObject().put("username", field.attacker(n).name())).status();
    });
  }

  @Test
  void leaving_and_joining() {
    flood("leaving and joining", limited("room_moves"), Set.of(201, 204, 404, 409, 429), (who, n) -> n % 2 == 0
        ? who.on(field.node).delete(huge.path() + "/leave").status()
        : who.on(field.node).post(huge.path() + "/join").status());
  }

  @Test
  void logins_and_registrations() {
    Rest nobody = new Rest(field.node.url(), null);
    Consequence both = Consequence.all(limited("login_address"), limited("registration_address"));
    flood("logins and registrations", both, Set.of(201, 401, 429), (who, n) -> n % 2 == 0
        ? nobody.form("/token", Map.of("username", who.name(), "password", "wrong " + n)).status()
        : nobody.post("/register", new JsonObject().put("username", Names.unique("new")).put("password", "pass word " + n))
            .status());
  }

  @Test
  void exports() {
    flood("exports", limited("exports"), Set.of(200, 429), (who, n) -> get(who, "/users/me/export"));
  }
}
