package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.HookReceiver;
import io.fastroom.support.Names;
import io.fastroom.support.NodeJs;
import io.fastroom.support.Person;
import io.fastroom.support.Ports;
import io.fastroom.support.Program;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of src/examples, and the signatures of webhooks as others read them. */
class ExamplesTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  /** For ten thousand deliveries, one after the other. */
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final int MANY = 10_000;
  private static final Path VERIFIER = Path.of("src", "test", "js", "webhooks");
  /** What npm says when no registry answers, or not with what was asked for. */
  private static final Pattern AWAY = Pattern.compile(
      "\\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|E[45]\\d\\d)\\b");

  private Program start(String file, Map<String, String> environment) {
    return closing(Program.start(List.of(file.endsWith(".py") ? "python3" : "node", "src/examples/" + file), environment));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo_bot.py", "echo-bot.mjs"})
  void the_echo_bot_says_what_others_say_once(String file) {
    Person alice = person("alice");
    Rest admin = AdministrationTest.admin().on(one());
    long bot = admin.post("/admin/users", new JsonObject().put("username", Names.unique("bot")).put("bot", true)).expect(201)
        .json().getLong("id");
    String key = admin.post("/admin/users/" + bot + "/keys", new JsonObject().put("name", "echo")
        .put("scopes", new JsonArray().add("read").add("write"))).expect(201).json().getString("key");
    RoomRef room = alice.createRoom(one());
    new Rest(one().url(), key).post(room.path() + "/join").expect(201);
    Ws ws = inRoom(alice, two(), room);
    Program program = start(file, Map.of("FASTROOM_URL", one().url(), "FASTROOM_KEY", key, "ROOM_ID", "" + room.id()));
    Until.holds("it reads along", PATIENCE, () -> program.said().contains("\"history\""));
    for (String text : List.of("hello é 🙂", "a line\u2028and the next", "bye")) {
      ws.chat(room.name(), text);
      ws.await("the echo of " + text, PATIENCE,
          f -> Ws.type(f, "chat") && f.getLong("user_id") == bot && text.equals(f.getString("message")));
    }
    ws.barrier();
    assertThat(ws.frames("chat")).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook_receiver.py", "webhook-receiver.mjs"})
  void the_receiver_prints_what_is_signed_and_nothing_else(String file) throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String url = "http://127.0.0.1:" + Ports.free() + "/";
    JsonObject hook = alice.on(one()).post(room.path() + "/webhooks", new JsonObject().put("url", url)).expect(201).json();
    Program program = start(file, Map.of("PORT", "" + URI.create(url).getPort(), "WEBHOOK_SECRET",
        hook.getString("secret")));
    alice.on(two()).post(room.path() + "/messages", new JsonObject().put("content", "hello é 🙂")).expect(201);
    Until.holds("it prints the event", PATIENCE, () -> program.said().contains("hello é 🙂"));
    var forged = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(url)).header("webhook-id", "msg_1")
        .header("webhook-timestamp", "" + System.currentTimeMillis() / 1_000).header("webhook-signature", "v1,AAAA")
        .POST(HttpRequest.BodyPublishers.ofString("{\"message\":\"forged\"}")).build(), BodyHandlers.discarding());
    assertThat(forged.statusCode()).isEqualTo(401);
    assertThat(program.said()).doesNotContain("forged");
  }

  @Test
  @Tag("slow")
  void of_ten_thousand_events_a_receiver_that_is_killed_and_started_again_misses_none() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String url = "http://127.0.0.1:" + Ports.free() + "/";
    JsonObject hook = alice.on(one()).post(room.path() + "/webhooks", new JsonObject().put("url", url)).expect(201).json();
    Map<String, String> settings = Map.of("PORT", "" + URI.create(url).getPort(), "WEBHOOK_SECRET",
        hook.getString("secret"));
    Program first = start("webhook_receiver.py", settings);
    Ws ws = inRoom(alice, two(), room);
    sayUpTo(ws, room, 1, MANY / 2);
    Until.holds("it has some of them", PATIENCE, () -> !first.said().isEmpty());
    first.kill();
    sayUpTo(ws, room, MANY / 2 + 1, MANY);
    Until.holds("the hook fails", PATIENCE, () -> "failing".equals(state(alice, room, hook)));
    Program second = start("webhook_receiver.py", settings);
    // It prints what is signed as it should be, and nothing else.
    Until.holds("it has the last", LONG, () -> second.said().contains("\"event " + MANY + "\""));
    List<Long> seqs = Stream.of(first, second).flatMap(program -> program.said().lines())
        .filter(line -> line.endsWith("}")).map(line -> new JsonObject(line).getLong("seq")).toList();
    assertThat(seqs.size()).as("the one that was under way comes again").isBetween(MANY, MANY + 1);
    assertThat(seqs.stream().distinct().toList()).isEqualTo(range(1, MANY));
  }

  private static void sayUpTo(Ws ws, RoomRef room, int from, int to) {
    for (int n = from; n <= to; n++) {
      ws.send("chat", "room", room.name(), "message", "event " + n);
      if (n % 500 == 0) {
        ws.barrier();
      }
    }
  }

  private static String state(Person alice, RoomRef room, JsonObject hook) {
    return alice.on(one()).get(room.path() + "/webhooks/" + hook.getLong("id")).expect(200).json().getString("state");
  }

  @Test
  void the_library_of_standard_webhooks_accepts_the_signatures() throws IOException {
    assumeTrue(NodeJs.hasNode() && NodeJs.hasNpm(), "SIGNATURES ARE NOT TESTED: node or npm is missing");
    Path folder = Files.createDirectories(Path.of("target", "webhook-verifier"));
    for (String file : List.of("package.json", "package-lock.json", "verify.mjs")) {
      Files.copy(VERIFIER.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    NodeJs.Run install = NodeJs.run(folder, List.of("npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit",
        "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"));
    assumeFalse(install.exit() != 0 && AWAY.matcher(install.output()).find(),
        () -> "SIGNATURES ARE NOT TESTED: npm gets nothing from a registry\n" + install.output());
    assertThat(install.exit()).as(install.output()).isZero();

    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    HookReceiver receiver = closing(new HookReceiver());
    JsonObject hook = alice.on(one()).post(room.path() + "/webhooks", new JsonObject().put("url", receiver.url("/")))
        .expect(201).json();
    for (String text : List.of("plain", "é 🙂 \"quoted\" \\ \n", " ")) {
      alice.on(one()).post(room.path() + "/messages", new JsonObject().put("content", text)).expect(201);
    }
    Until.holds("three deliveries", PATIENCE, () -> receiver.got().size() == 3);
    StringBuilder lines = new StringBuilder();
    receiver.got().forEach(got -> lines.append(new JsonObject().put("secret", hook.getString("secret"))
        .put("webhook-id", got.id()).put("webhook-timestamp", got.timestamp()).put("webhook-signature", got.signature())
        .put("body", got.body()).encode()).append('\n'));
    Files.writeString(folder.resolve("deliveries.txt"), lines);
    NodeJs.Run run = NodeJs.run(folder, List.of("node", "verify.mjs", "deliveries.txt"));
    assertThat(run.output()).contains("verified 3");
  }
}
