package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Everything that is kept of somebody, for themselves. */
class ExportTest extends Story {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static JsonObject export(Person person, NodeProcess node) {
    return person.on(node).get("/users/me/export").expect(200).json();
  }

  private static List<JsonObject> list(JsonObject export, String section) {
    return export.getJsonArray(section).stream().map(JsonObject.class::cast).toList();
  }

  private static void sql(String statement) throws SQLException {
    try (Connection database = Backends.postgres().connect(); Statement sql = database.createStatement()) {
      sql.execute(statement);
    }
  }

  private static void say(Person person, RoomRef room, String text) {
    person.on(one()).post(room.path() + "/messages", new JsonObject().put("content", text)).expect(201);
  }

  @Test
  void has_everything_of_the_caller_and_nothing_that_is_secret_or_others() {
    Person alice = person("alice");
    Person bob = person("bob");
    RoomRef own = alice.createRoom(one());
    RoomRef other = bob.createRoom(one());
    RoomRef hidden = bob.createRoom(one(), "secret of " + bob.name(), true);
    alice.on(one()).post(other.path() + "/join").expect(201);
    bob.on(one()).post(hidden.path() + "/members", new JsonObject().put("username", alice.name())).expect(201);
    say(alice, own, "first 🙂");
    say(bob, other, "of somebody else");
    say(alice, other, "second");
    alice.on(one()).send("PUT", own.path() + "/read", "application/json", "{\"seq\":1}");
    bob.on(one()).post(other.path() + "/members/" + alice.id() + "/ban",
        new JsonObject().put("enabled", true).put("reason", "spam")).expect(200);
    bob.on(one()).delete(hidden.path() + "/members/" + alice.id()).expect(204);
    String key = alice.on(one()).post("/users/me/keys", new JsonObject().put("name", "report")
        .put("scopes", new JsonArray().add("read"))).expect(201).json().getString("key");

    JsonObject export = export(alice, two());

    assertThat(export.getJsonObject("account").getString("username")).isEqualTo(alice.name());
    assertThat(list(export, "sessions")).hasSize(1).allMatch(each -> "127.0.0.1".equals(each.getString("address")));
    assertThat(list(export, "keys")).extracting(each -> each.getString("name")).containsExactly("report");
    assertThat(list(export, "rooms_made")).extracting(each -> each.getString("name")).containsExactly(own.name());
    assertThat(list(export, "messages")).extracting(each -> each.getString("content"))
        .containsExactlyInAnyOrder("first 🙂", "second");
    assertThat(list(export, "memberships")).extracting(each -> each.getLong("room_id"))
        .containsExactlyInAnyOrder(own.id(), other.id(), hidden.id());
    assertThat(list(export, "memberships")).filteredOn(each -> each.getLong("room_id") == other.id())
        .allMatch(each -> each.getBoolean("is_banned"));
    assertThat(list(export, "memberships")).filteredOn(each -> each.getLong("room_id") == own.id())
        .allMatch(each -> each.getLong("read_seq") == 1);
    assertThat(list(export, "audit")).filteredOn(each -> "spam".equals(each.getString("reason"))).hasSize(1)
        .allMatch(each -> !each.getBoolean("by_yourself"));
    assertThat(export.encode()).doesNotContain(key).doesNotContain("$argon2").doesNotContain("somebody else")
        .doesNotContain(hidden.name());
    assertThat(alice.on(two()).send("HEAD", "/users/me/export", null, null).status()).isEqualTo(200);
  }

  @Test
  void may_be_asked_for_again_as_soon_as_it_is_there() throws IOException {
    Person alice = person("alice");
    for (int i = 0; i < 200; i++) {
      try (Socket each = new Socket("127.0.0.1", one().port())) {
        ask(alice, each);
        StringBuilder answer = new StringBuilder();
        byte[] some = new byte[4_096];
        while (answer.lastIndexOf("\r\n0\r\n\r\n") < 0) {
          answer.append(new String(some, 0, each.getInputStream().read(some), StandardCharsets.ISO_8859_1));
          assertThat(answer).as("number %d", i).startsWith("HTTP/1.1 200");
        }
      }
    }
  }

  private static void ask(Person person, Socket socket) throws IOException {
    socket.getOutputStream().write(("GET /users/me/export HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + person.access() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void is_whole_when_it_is_long_and_takes_no_more_memory_for_it() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    int count = 40_000;
    // Every second one is another's. Those of the caller alone are most of what the node's heap holds.
    sql("INSERT INTO messages (room_id, seq, user_id, username, content, created_at) SELECT " + room.id()
        + ", n + 1000, CASE WHEN n % 2 = 0 THEN " + alice.id() + " ELSE -1 END, '" + alice.name()
        + "', repeat('x', 4000) || n, now() FROM generate_series(1, " + count + ") n");

    HttpRequest request = HttpRequest.newBuilder(URI.create(one().url() + "/users/me/export"))
        .header("Authorization", "Bearer " + alice.access()).build();
    try (Stream<String> lines = HttpClient.newHttpClient().send(request, BodyHandlers.ofLines()).body()) {
      List<String> messages = lines.filter(line -> line.contains("\"content\":"))
          .map(line -> line.replaceAll("x{4000}", "x")).toList();
      assertThat(messages).hasSize(count / 2);
      assertThat(messages.get(count / 2 - 1)).contains("\"x" + count + "\"");
    }
  }

  @Test
  void one_at_a_time_and_whoever_does_not_read_holds_nothing_up() throws IOException, SQLException {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    sql("INSERT INTO messages (room_id, seq, user_id, username, content, created_at) SELECT " + room.id()
        + ", n + 1000, " + alice.id() + ", '" + alice.name() + "', repeat('x', 4000) || n, now()"
        + " FROM generate_series(1, 20000) n");
    try (Socket slow = new Socket()) {
      slow.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
      slow.connect(new InetSocketAddress("127.0.0.1", one().port()));
      ask(alice, slow);
      InputStream in = slow.getInputStream();
      assertThat(in.read()).isEqualTo('H');
      Until.holds("a second one is refused", LONG,
          () -> alice.on(one()).send("HEAD", "/users/me/export", null, null).status() == 429);
    }
    Until.holds("none is held any more", LONG,
        () -> alice.on(one()).send("HEAD", "/users/me/export", null, null).status() == 200);
  }

  @Test
  void of_an_account_that_is_deleted_meanwhile_is_cut_short() throws IOException, SQLException {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    say(alice, alice.createRoom(one()), "the last word");
    sql("INSERT INTO messages (room_id, seq, user_id, username, content, created_at) SELECT " + room.id()
        + ", n + 1000, " + alice.id() + ", '" + alice.name() + "', repeat('x', 4000) || n, now()"
        + " FROM generate_series(1, 5000) n");
    try (Socket slow = new Socket()) {
      slow.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
      slow.connect(new InetSocketAddress("127.0.0.1", one().port()));
      ask(alice, slow);
      InputStream in = slow.getInputStream();
      assertThat(in.read()).isEqualTo('H');
      alice.on(two()).send("DELETE", "/users/me", "application/json",
          new JsonObject().put("password", alice.password()).encode()).expect(204);
      slow.setSoTimeout((int) LONG.toMillis());
      String end = "";
      byte[] some = new byte[65_536];
      try {
        int read = in.read(some);
        while (read > 0) {
          String known = end + new String(some, 0, read, StandardCharsets.ISO_8859_1);
          end = known.substring(Math.max(0, known.length() - 10));
          read = end.endsWith("\r\n0\r\n\r\n") ? 0 : in.read(some);
        }
      } catch (SocketException reset) {
        end = "cut short";
      }
      assertThat(end).doesNotEndWith("\r\n0\r\n\r\n");
    }
    Until.holds("it is told", LONG, () -> one().log().contains("export broken off account=" + alice.name()));
  }
}
