package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fastroom.support.Folders;
import io.fastroom.support.Names;
import io.fastroom.support.NodeJs;
import io.fastroom.support.Person;
import io.fastroom.support.Program;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code of the quick starts as it stands there, but for the node, the names and the password. */
class QuickStartsTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path PAGE = Path.of("src", "main", "resources", "docs", "quickstart.md");
  private static final Pattern CODE = Pattern.compile("```(\\w+)\n(.*?)\n```", Pattern.DOTALL);
  private static final String CLIENT = Path.of("src/main/resources/web/fastroom.js").toUri().toString();
  private static final String PASSWORD = "correct horse";

  /** The programs of a section in one language, in their order. */
  private static List<String> code(String section, String language) throws IOException {
    String text = Files.readString(PAGE).split("\n## " + Pattern.quote(section) + "\n", 2)[1].split("\n## ", 2)[0];
    return CODE.matcher(text).results().filter(found -> found.group(1).equals(language)).map(QuickStartsTest::inside)
        .toList();
  }

  private static String inside(MatchResult found) {
    return found.group(2);
  }

  private Program run(String program, String ending, List<String> runtime, Map<String, String> names, String key)
      throws IOException {
    String here = program.replace("http://localhost:8000", one().url()).replace("from 'fastroom'", "from '" + CLIENT + "'");
    for (Map.Entry<String, String> name : names.entrySet()) {
      here = here.replaceAll("\\b" + name.getKey() + "\\b", name.getValue());
    }
    Path file = Files.writeString(Files.createTempFile(Folders.kept("quick-starts"), "program", ending), here);
    return closing(Program.start(with(runtime, file), key == null ? Map.of() : Map.of("FASTROOM_KEY", key)));
  }

  private static List<String> with(List<String> runtime, Path file) {
    return Stream.concat(runtime.stream(), Stream.of(file.toString())).toList();
  }

  private Program node(String program, Map<String, String> names, String key) throws IOException {
    assumeTrue(NodeJs.hasNode(), "QUICK STARTS ARE NOT TESTED: node is missing or older than 20");
    // It has WebSocket by itself since 22; the flag is for the versions before.
    return run(program, ".mjs", List.of("node", "--experimental-websocket"), names, key);
  }

  private static void says(Program program, String text) {
    Until.holds("it says " + text, PATIENCE, () -> program.said().contains(text));
  }

  private static Map<String, String> names() {
    return Map.of("alice", Names.unique("alice"), "general", Names.unique("general"));
  }

  private Map<String, String> namesOf(Person alice, RoomRef room) {
    return Map.of("alice", alice.name(), "general", room.name(), PASSWORD, alice.password());
  }

  private static String key(Person person) {
    return person.on(one()).post("/users/me/keys", new JsonObject().put("name", "quick start")
        .put("scopes", new JsonArray().add("read").add("write"))).expect(201).json().getString("key");
  }

  @Test
  void curl() throws IOException {
    List<String> parts = code("curl", "bash");
    assertThat(parts).hasSize(2);
    // What is closed is the shell, or what it has become.
    Program program = run(parts.get(0) + "\n" + parts.get(1).replace("curl", "exec curl"), ".sh", List.of("bash"),
        names(), null);
    says(program, "\"type\":\"history\"");
    says(program, "\"message\":\"hello\"");
  }

  @Test
  void javascript() throws IOException {
    Map<String, String> names = names();
    List<String> parts = code("JavaScript", "js");
    assertThat(parts).hasSize(1);
    Program program = node(parts.get(0), names, null);
    String line = names.get("general") + " " + names.get("alice") + ": hello";
    says(program, line);
    Rest bob = person("bob").on(one());
    String room = "/rooms/" + bob.get("/rooms/by-name/" + names.get("general")).expect(200).json().getLong("id");
    bob.post(room + "/join").expect(201);
    bob.post(room + "/messages", new JsonObject().put("content", "bye")).expect(201);
    says(program, ": bye");
    assertThat(program.said().lines()).containsOnlyOnce(line);
  }

  @Test
  void python_by_rest() throws IOException {
    List<String> parts = code("Python", "python");
    assertThat(parts).hasSize(2);
    says(run(parts.get(0), ".py", List.of("python3"), names(), null), "'message': 'hello'");
  }

  @Test
  void python_by_a_socket() throws IOException {
    Path library = Path.of("target", "python").toAbsolutePath();
    NodeJs.Run install = Files.exists(library.resolve("websockets")) ? new NodeJs.Run(0, "")
        : NodeJs.run(Path.of("."), List.of("timeout", "60", "python3", "-m", "pip", "install", "--quiet", "--retries", "1",
            "--target", library.toString(), "websockets==15.0.1"));
    assumeTrue(install.exit() == 0, () -> "THE QUICK START OF PYTHON WITH A SOCKET IS NOT TESTED: there is no library"
        + " websockets to be had\n" + install.output());
    Person alice = person("alice");
    RoomRef room = alice.createRoom(two());
    says(run(code("Python", "python").get(1), ".py", List.of("env", "PYTHONPATH=" + library, "python3"),
        namesOf(alice, room), null), "'message': 'hello'");
  }

  @Test
  void from_socket_io() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(two());
    List<String> parts = code("You come from Socket.IO", "js");
    assertThat(parts).hasSize(2);
    Program client = node(parts.get(0), namesOf(alice, room), null);
    says(client, room.name() + " " + alice.name() + ": hello");
    String key = key(alice);
    says(node(parts.get(1), namesOf(alice, room), key), "201");
    says(client, room.name() + " " + alice.name() + ": version 42 is live");
    says(node(parts.get(1), namesOf(alice, room), key), "200");
  }

  @Test
  void from_centrifugo() throws Exception {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(two());
    Ws ws = inRoom(alice, two(), room);
    ws.chat(room.name(), "before");
    String key = key(alice);
    Program subscriber = node(code("You come from Centrifugo", "js").get(0), namesOf(alice, room), key);
    says(subscriber, "1 " + alice.name() + ": before");
    Program publisher = run(code("You come from Centrifugo", "bash").get(0), ".sh", List.of("bash"),
        namesOf(alice, room), key);
    says(publisher, "\"message\":\"published\"");
    says(subscriber, "2 " + alice.name() + ": published");
    assertThat(subscriber.said()).doesNotContain("recovered: false");
  }
}
