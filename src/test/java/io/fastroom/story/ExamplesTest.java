package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Folders;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.NodeJs;
import io.fastroom.support.Person;
import io.fastroom.support.Ports;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs of src/examples, and the signatures of webhooks as others read them. */
class ExamplesTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path VERIFIER = Path.of("src", "test", "js", "webhooks");
  /** What npm says when no registry answers, or not with what was asked for. */
  private static final Pattern AWAY = Pattern.compile(
      "\\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|E[45]\\d\\d)\\b");

  /** A program that runs until the test ends, with what it says in a file. */
  private record Running(Process process, Path output) implements AutoCloseable {
    String said() throws IOException {
      return Files.readString(output);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private Running start(String file, Map<String, String> environment) throws IOException {
    String runtime = file.endsWith(".py") ? "python3" : "node";
    assumeTrue(NodeJs.run(Path.of("."), List.of("sh", "-c", "command -v " + runtime)).exit() == 0,
        file + " IS NOT TESTED: " + runtime + " is missing");
    Path output = Files.createTempFile(Folders.kept("examples"), file, ".txt");
    ProcessBuilder builder = new ProcessBuilder(runtime, Path.of("src", "examples", file).toString())
        .redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return closing(new Running(builder.start(), output));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo_bot.py", "echo-bot.mjs"})
  void the_echo_bot_says_what_others_say_once(String file) throws IOException {
    Person alice = person("alice");
    Person bot = person("bot");
    RoomRef room = alice.createRoom(one());
    bot.on(one()).post(room.path() + "/join").expect(201);
    String key = bot.on(one()).post("/users/me/keys", new JsonObject().put("name", "echo")
        .put("scopes", new JsonArray().add("read").add("write"))).expect(201).json().getString("key");
    Ws ws = inRoom(alice, two(), room);
    Running program = start(file, Map.of("FASTROOM_URL", one().url(), "FASTROOM_KEY", key, "ROOM_ID", "" + room.id()));
    Until.holds("it reads along", PATIENCE, () -> program.said().contains("\"history\""));
    for (String text : List.of("hello é 🙂", "bye")) {
      ws.chat(room.name(), text);
      ws.await("the echo of " + text, PATIENCE,
          f -> Ws.type(f, "chat") && f.getLong("user_id") == bot.id() && text.equals(f.getString("message")));
    }
    ws.barrier();
    assertThat(ws.frames("chat")).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook_receiver.py", "webhook-receiver.mjs"})
  void the_receiver_prints_what_is_signed_and_nothing_else(String file) throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    String url = "http://127.0.0.1:" + Ports.free() + "/";
    JsonObject hook = alice.on(one()).post(room.path() + "/webhooks", new JsonObject().put("url", url)).expect(201).json();
    Running program = start(file, Map.of("PORT", "" + URI.create(url).getPort(), "WEBHOOK_SECRET",
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
