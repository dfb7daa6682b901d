package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Backends;
import io.fastroom.support.EventStream;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Postgres;
import io.fastroom.support.Proxy;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** PostgreSQL goes and comes back. */
@Tag("slow")
class PostgresAwayTest {
  private static final Duration NOTICED = Duration.ofSeconds(15);

  private static Postgres postgres;
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    postgres = new Postgres();
    node = new NodeProcess(postgres, Backends.redis(), Map.of()).start();
  }

  @AfterAll
  static void stop() {
    node.close();
    postgres.close();
  }

  @Test
  void stopped_and_started_again() {
    goesAndComesBack(postgres::stop, postgres::start);
  }

  @Test
  void frozen_and_thawed() {
    goesAndComesBack(postgres::freeze, postgres::thaw);
  }

  @Test
  void who_reads_a_room_that_is_made_private_meanwhile_is_asked_about_when_it_is_back() throws IOException {
    Person alice = Person.register(node, "alice");
    Person bob = Person.register(node, "bob");
    Person carol = Person.register(node, "carol");
    RoomRef room = alice.createRoom(node);
    try (Proxy road = new Proxy(postgres.port());
         NodeProcess far = new NodeProcess(postgres.url().replace(":" + postgres.port(), ":" + road.port()),
             Backends.redis().url(), Map.of("REDIS_NAMESPACE", "database-" + postgres.port())).start();
         EventStream his = EventStream.open(far.url(), bob.access(), room.path() + "/events", null);
         EventStream hers = EventStream.open(far.url(), carol.access(), room.path() + "/events", null)) {
      his.await(frame -> Ws.type(frame, "history"));
      hers.await(frame -> Ws.type(frame, "history"));
      bob.on(node).post(room.path() + "/join").expect(201);
      road.shut();
      alice.on(node).patch(room.path(), new JsonObject().put("is_private", true)).expect(200);
      his.await(frame -> Ws.type(frame, "room_updated"));
      hers.await(frame -> Ws.type(frame, "room_updated"));
      bob.on(far).get("/rooms").expect(503);
      assertThat(his.ended() || hers.ended()).isFalse();
      alice.on(node).post(room.path() + "/messages", new JsonObject().put("content", "among us")).expect(201);
      road.heal();
      his.await(Story.chat("among us"));
      hers.awaitEnd();
      assertThat(hers.frames()).noneMatch(Story.chat("among us"));
    }
  }

  @Test
  void a_node_ends_whose_servers_do_not_answer() {
    Person alice = Person.register(node, "alice");
    RoomRef room = alice.createRoom(node);
    try (Proxy toPostgres = new Proxy(postgres.port()); Proxy toRedis = new Proxy(Backends.redis().port());
         NodeProcess leaving = new NodeProcess(postgres.url().replace(":" + postgres.port(), ":" + toPostgres.port()),
             Backends.redis().url().replace(":" + Backends.redis().port(), ":" + toRedis.port()),
             Map.of("REDIS_NAMESPACE", "database-" + postgres.port(), "DRAIN_SECONDS", "1")).start();
         Ws a = alice.connect(leaving)) {
      a.join(room.name());
      toPostgres.blackHole();
      toRedis.blackHole();
      a.send("chat", "room", room.name(), "message", "nowhere to go");
      leaving.sigterm();
      assertThat(a.awaitClose()).isEqualTo(1012);
      assertThat(leaving.awaitExit(Duration.ofSeconds(20))).isZero();
    }
  }

  private static void goesAndComesBack(Runnable go, Runnable comeBack) {
    Person alice = Person.register(node, "alice");
    Person bob = Person.register(node, "bob");
    RoomRef room = alice.createRoom(node);
    long logged = node.logLength();
    try (Ws a = alice.connect(node); Ws b = bob.connect(node)) {
      a.join(room.name());
      b.join(room.name());
      b.mark();
      long seq = a.chat(room.name(), "before").getLong("seq");
      go.run();
      try {
        a.send("chat", "room", room.name(), "message", "while away", "client_id", "away", "ref", "away");
        JsonObject refused = a.await("the refusal", NOTICED, f -> "away".equals(f.getString("ref")));
        assertThat(refused.getString("code")).isEqualTo("unavailable");
        b.send("chat", "room", room.name(), "message", "refused for good", "ref", "good");
        assertThat(b.await("the refusal", NOTICED, f -> "good".equals(f.getString("ref"))).getString("code"))
            .isEqualTo("unavailable");
        Answer answer = alice.on(node).get("/rooms");
        answer.expect(503);
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        Until.holds("it is not ready", Duration.ofSeconds(7), () -> node.readiness() == 503);
        a.barrier();
        b.barrier();
      } finally {
        comeBack.run();
      }
      Until.holds("it is ready again", Duration.ofSeconds(20), () -> node.readiness() == 200);
      Until.holds("the chat is taken", Duration.ofSeconds(15), () -> Ws.type(
          a.ask("chat", "room", room.name(), "message", "while away", "client_id", "away"), "chat"));
      a.chat(room.name(), "after");
      b.await("the last", Story.chat("after"));
      assertThat(Story.liveSeqs(b)).isEqualTo(Story.range(seq, seq + 2));
      assertThat(b.frames("chat")).extracting(f -> f.getString("message"))
          .containsExactly("before", "while away", "after");
    }
    // Each kind of work once, not once a second.
    assertThat(node.logFrom(logged).lines().filter(line -> line.contains("is put off"))).hasSizeBetween(1, 6);
  }
}
