package io.fastroom.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Joined;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Programs;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.Rest;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a node of 0.1.0 has left in its database, dumped after it was stopped, under a node of this version. */
@Tag("slow")
final class FirstReleaseTest {
  private static final Path DUMP = Path.of("src/test/resources/releases/0.1.0.sql");
  private static final String DATABASE = "first_release";
  private static final String LOBBY = "the lounge";
  /** Of the last event that bob's client has seen. */
  private static final long BOBS_SEQ = 43;
  private static final String BOBS_REFRESH_TOKEN =
      "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IiLCJ1aWQiOjIsImlhdCI6MTc5NTcxMDg2OSwiZXhwIjoyMTE"
      + "xMDcwODY5LCJqdGkiOiJkZmYzZjFhZS1iZWNkLTQ0YWItYjVlOC1jYWZkMWNhZmU4MWYiLCJ0eXAiOiJyZWZyZXNoIiwidiI6MX0"
      + ".nmGSiNwEE9Lg90fnLPdIdjAPbKNe0Z488xrgPv_LUhs";

  private final String url = Backends.postgres().url().replaceFirst("postgres$", DATABASE);
  private final RedisProcess redis = new RedisProcess();
  private NodeProcess node;

  /** As if it had been dumped just now, so that nothing in it grows too old. */
  @BeforeEach
  void load() throws Exception {
    try (Connection server = Backends.postgres().connect(); Statement statement = server.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + DATABASE + " WITH (FORCE)");
      statement.execute("CREATE DATABASE " + DATABASE + " TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
    }
    try (Connection database = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + Backends.postgres().port()
        + "/" + DATABASE, "postgres", "postgres"); Statement statement = database.createStatement()) {
      statement.execute(Files.readString(DUMP));
      statement.execute("""
          DO $$
          DECLARE each record; late interval := clock_timestamp() - (SELECT max(created_at) FROM public.messages);
          BEGIN
            FOR each IN SELECT table_name AS t, column_name AS c FROM information_schema.columns
                WHERE table_schema = 'public' AND data_type = 'timestamp with time zone' LOOP
              EXECUTE format('UPDATE public.%1$I SET %2$I = %2$I + $1', each.t, each.c) USING late;
            END LOOP;
          END $$""");
    }
  }

  @AfterEach
  void close() {
    if (node != null) {
      node.close();
    }
    redis.close();
  }

  @Test
  void goes_on_after_it_was_stopped_migrated_and_started() {
    Programs.Ended migrated = Programs.run("env", "DATABASE_URL=" + url,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
        NodeProcess.productClassPath(), "io.fastroom.FastRoom", "migrate", "up");
    assertThat(migrated.code()).as(migrated.said()).isZero();
    node = new NodeProcess(url, redis.url(), Map.of()).start();
    Person alice = known("alice", 1);

    List<String> kept = Stream.concat(IntStream.rangeClosed(1, 40).mapToObj(n -> "number " + n),
        Stream.of("number 41, edited", "number 43", "number 44")).toList();
    JsonObject page = alice.on(node).get("/rooms/1/messages?limit=200").expect(200).json();
    assertThat(texts(page, "items", "content")).isEqualTo(kept);
    assertThat(page.getInteger("total")).isEqualTo(kept.size());
    assertThat(texts(alice.on(node).get("/search?q=edited").expect(200).json(), "items", "content"))
        .containsExactly("number 41, edited");
    bob_comes_back_with_what_he_has();
    moderation_holds();
    whoever_was_first_owns_an_address(alice);
    node.assertCleanLog(0);
  }

  private void bob_comes_back_with_what_he_has() {
    JsonObject pair = new Rest(node.url(), null)
        .post("/refresh", new JsonObject().put("refresh_token", BOBS_REFRESH_TOKEN)).expect(200).json();
    try (Ws bob = Ws.connect(node, pair.getString("access_token"))) {
      Joined joined = bob.join(LOBBY, BOBS_SEQ);
      assertThat(joined.resumed()).isTrue();
      assertThat(joined.entries()).extracting(event -> event.getString("type")).containsExactly("chat", "chat", "chat",
          "message_updated", "message_deleted", "member_update", "member_update", "member_update", "room_updated", "chat");
      long last = BOBS_SEQ + joined.entries().size();
      assertThat(joined.seqs()).isEqualTo(LongStream.rangeClosed(BOBS_SEQ + 1, last).boxed().toList());
      assertThat(bob.chat(LOBBY, "number 45").getLong("seq")).isEqualTo(last + 1);
      assertThat(bob.join("behind doors").entries()).extracting(event -> event.getString("message"))
          .containsExactly("nobody hears this");
    }
  }

  private void moderation_holds() {
    try (Ws carol = known("carol", 3).connect(node); Ws dave = known("dave", 4).connect(node)) {
      assertThat(carol.join(LOBBY).error().getString("code")).isEqualTo("banned");
      dave.join(LOBBY);
      assertThat(dave.ask("chat", "room", LOBBY, "message", "am I heard?").getString("code")).isEqualTo("muted");
      assertThat(dave.join("behind doors").error().getString("code")).isEqualTo("room_not_found");
    }
  }

  /** 0.1 took these two for different ones, since its database knew no É. */
  private void whoever_was_first_owns_an_address(Person alice) {
    assertThat(known("erin", 5).on(node).get("/users/me").expect(200).json().getString("email"))
        .isEqualTo("ÉRIN@example.org");
    assertThat(known("frank", 6).on(node).get("/users/me").expect(200).json().getString("email"))
        .isEqualTo("érin@example.org");
    alice.on(node).post("/register", new JsonObject().put("username", "grace").put("password", "correct horse grace")
        .put("email", "Érin@Example.org")).expect(409);
  }

  private Person known(String name, long id) {
    return new Person(name, id, "correct horse " + name, null, null).login(node);
  }

  private static List<String> texts(JsonObject page, String list, String field) {
    return page.getJsonArray(list).stream().map(each -> ((JsonObject) each).getString(field)).toList();
  }
}
