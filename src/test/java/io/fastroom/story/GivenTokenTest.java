package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Folders;
import io.fastroom.support.IdentityProvider;
import io.fastroom.support.Names;
import io.fastroom.support.NodeJs;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Program;
import io.fastroom.support.RoomRef;
import io.fastroom.support.SigningKey;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The examples of fastroom.js with tokens of a provider and with keys, as they stand in its manual. */
class GivenTokenTest extends Story {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int LIFE_SECONDS = 8;
  private static final Path MANUAL = Path.of("src", "main", "resources", "web", "README.md");
  private static final Pattern CODE = Pattern.compile("```js\n(.*?)\n```", Pattern.DOTALL);
  private static final String CLIENT = Path.of("src/main/resources/web/fastroom.js").toUri().toString();
  private static final String SECTION = "\n## With a token of your provider, or a key\n";
  /** Says what happens to a client, and that the program has nothing left to do. */
  private static final String TELLS = """
      function tell(client) {
        client.on('state', ({ phase }) => console.log(phase));
        client.on('signedout', () => console.log('signed out'));
        process.on('exit', () => console.log('over'));
        return client;
      }
      """;

  @BeforeAll
  static void node_js() {
    assumeTrue(NodeJs.hasNode(), "FASTROOM.JS WITH A TOKEN IS NOT TESTED: node is missing or older than 20");
  }

  private static String example(int number) throws IOException {
    String section = Files.readString(MANUAL).split(SECTION, 2)[1].split("\n## ", 2)[0];
    return CODE.matcher(section).results().skip(number).findFirst().orElseThrow().group(1);
  }

  private Program run(NodeProcess node, String program, RoomRef room, Map<String, String> environment) throws IOException {
    String whole = "import { FastRoom } from '" + CLIENT + "';\n" + TELLS
        + program.replace("https://chat.example.org", node.url()).replace("general", room.name());
    Path file = Files.writeString(Files.createTempFile(Folders.kept("given-tokens"), "program", ".mjs"), whole);
    // It has WebSocket by itself since 22; the flag is for the versions before.
    return closing(Program.start(List.of("node", "--experimental-websocket", file.toString()), environment));
  }

  private Program bot(String key, RoomRef room) throws IOException {
    return run(one(), example(1) + "\ntell(bot);", room, Map.of("FASTROOM_KEY", key));
  }

  private static void says(Program program, String line) {
    Until.holds("it says " + line, PATIENCE, () -> program.said().lines().anyMatch(line::equals));
  }

  /** A provider whose tokens live for seconds, and which fails while it is told to. */
  private final class Provider {
    private final IdentityProvider identity = closing(new IdentityProvider());
    private final SigningKey key = identity.key("RS256");
    private final String name = Names.unique("carol");
    private final AtomicInteger issued = new AtomicInteger();
    private final HttpServer server;
    private volatile int status = 200;

    Provider() throws IOException {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 50);
      server.createContext("/token", exchange -> {
        JsonObject claims = identity.claims("sub-" + name, name).put("exp", Instant.now().getEpochSecond() + LIFE_SECONDS);
        IdentityProvider.reply(exchange, status, status == 200 ? key.sign(claims) : "");
        issued.incrementAndGet();
      });
      server.start();
      closing(() -> server.stop(0));
    }

    NodeProcess node() {
      Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
      settings.putAll(identity.settings());
      NodeProcess node = closing(new NodeProcess(Backends.postgres(), Backends.redis(), settings));
      node.launch();
      node.awaitServing(Duration.ofSeconds(60));
      return node;
    }

    /** What the example calls of Keycloak's library. */
    String library() {
      return """
          const keycloak = {
            async updateToken() {
              const answer = await fetch('http://127.0.0.1:%d/token');
              if (!answer.ok) throw new Error(`The provider answered ${answer.status}`);
              this.token = await answer.text();
            },
          };
          """.formatted(server.getAddress().getPort());
    }
  }

  @Test
  void tokens_of_a_provider_are_renewed_on_the_open_socket() throws IOException {
    Provider provider = new Provider();
    NodeProcess node = provider.node();
    Person bob = person("bob");
    RoomRef room = bob.createRoom(node);
    Program program = run(node, provider.library() + example(0) + """

        tell(client);
        client.on('message', ({ room, message }) => {
          if (message.userId !== client.me.id) room.send(`heard ${message.text}`);
        });
        await client.join('general').ready;
        console.log(`in as ${client.me.username}`);
        """, room, Map.of());
    says(program, "in as " + provider.name);
    Ws ws = inRoom(bob, node, room);
    ws.chat(room.name(), "before");
    ws.await("its answer", chat("heard before"));
    int first = provider.issued.get();
    Until.holds("it was renewed three times", PATIENCE, () -> provider.issued.get() >= first + 3);
    ws.chat(room.name(), "after");
    ws.await("its answer", chat("heard after"));
    assertThat(program.said().lines()).containsOnlyOnce("online").doesNotContain("waiting");

    provider.status = 500;
    says(program, "waiting");
    int failing = provider.issued.get();
    ws.chat(room.name(), "meanwhile");
    Until.holds("it asks again", PATIENCE, () -> provider.issued.get() >= failing + 3);
    provider.status = 200;
    ws.await("its answer", PATIENCE, chat("heard meanwhile"));
    assertThat(program.said()).doesNotContain("signed out");
  }

  @Test
  void a_bot_with_a_key_answers_until_the_key_is_deleted() throws IOException {
    Person alice = person("alice");
    RoomRef room = alice.createRoom(one());
    JsonObject key = alice.on(one()).post("/users/me/keys", new JsonObject().put("name", "bot")
        .put("scopes", new JsonArray().add("read").add("write"))).expect(201).json();
    Program program = bot(key.getString("key"), room);
    says(program, "online");
    Ws ws = inRoom(person("bob"), two(), room);
    Until.holds("it is in the room", () -> alice.on(two()).get(room.path() + "/presence").expect(200).json()
        .getJsonArray("users").contains(alice.name()));
    JsonObject asked = ws.chat(room.name(), "!time");
    JsonObject told = ws.await("the time", f -> type("chat").test(f) && f.getJsonObject("reply_to") != null);
    assertThat(told.getString("user")).isEqualTo(alice.name());
    assertThat(told.getJsonObject("reply_to").getLong("message_id")).isEqualTo(asked.getLong("message_id"));
    assertThat(Instant.parse(told.getString("message"))).isBetween(Instant.now().minusSeconds(60), Instant.now());

    alice.on(one()).delete("/users/me/keys/" + key.getLong("id")).expect(204);
    says(program, "over");
    assertThat(program.said().lines()).containsOnlyOnce("online").containsOnlyOnce("signed out")
        .endsWith("offline", "signed out", "over");
  }

  @Test
  void a_dead_key_ends_it_once() throws IOException {
    Program program = bot("frk_" + "x".repeat(43), person("alice").createRoom(one()));
    says(program, "over");
    assertThat(program.said().lines()).containsExactly("offline", "signed out", "over");
  }
}
