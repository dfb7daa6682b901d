package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Ports;
import io.fastroom.support.RedisProcess;
import io.fastroom.support.RedisProcess.Make;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;
import redis.clients.jedis.Protocol;

/** A Redis that lets in only whom it knows, with only the rights it gave, or only over TLS. */
class GuardedRedisTest extends Story {
  private static final Pattern RIGHTS = Pattern.compile("(?m)^ACL SETUSER fastroom on >PASSWORD (.*)$");
  private static final Map<String, String> SETTINGS = Map.of("WS_HEARTBEAT_INTERVAL", "2", "WS_HEARTBEAT_TTL_MS", "4000",
      "AUTH_RATE_PER_MINUTE", "1000");

  @TempDir
  Path folder;

  /** What README says is enough, is enough. */
  @ParameterizedTest
  @CsvSource({"EMBEDDED,", "INSTALLED,", "INSTALLED,chat"})
  void a_user_with_no_more_than_the_rights_in_readme(Make make, String namespace) throws IOException {
    String[] rights = rights(namespace);
    try (RedisProcess redis = new RedisProcess(make, Map.of())) {
      redis.call(jedis -> jedis.aclSetUser("fastroom", rights));
      String url = redis.url().replace("://", "://fastroom:sesame@");
      try (NodeProcess near = node(url, namespace); NodeProcess far = node(url, namespace)) {
        NodeProcess.start(near, far);
        talk(near, far);
        String ghost = "presence:hb:quiet:ghost:x1";
        redis.call(jedis -> jedis.configSet("notify-keyspace-events", "E$"));
        redis.call(jedis -> jedis.psetex((namespace == null ? "" : namespace + ":") + ghost, 60_000, "1"));
        Until.pause(2_000);
        List<String> refused = redis.call(jedis -> jedis.aclLog()).stream().map(entry -> entry.getObject()).toList();
        assertThat(refused).allMatch(command -> command.startsWith("config"));
        assertThat(near.log()).doesNotContain("presence in redis").doesNotContain("rate limits in redis");
        near.assertCleanLog(0);
      }
    }
  }

  /** As when the user was made for database 0, and the node is given another one. */
  @Test
  void a_user_who_may_not_hear_of_other_programs_keys() throws IOException {
    String[] rights = Stream.of(rights(null)).filter(right -> !right.startsWith("&__keyevent")).toArray(String[]::new);
    try (RedisProcess redis = new RedisProcess(Make.INSTALLED, Map.of())) {
      redis.call(jedis -> jedis.aclSetUser("fastroom", rights));
      try (NodeProcess near = node(redis.url().replace("://", "://fastroom:sesame@"), Map.of());
          NodeProcess far = node(redis.url().replace("://", "://fastroom:sesame@"), Map.of())) {
        NodeProcess.start(near, far);
        talk(near, far);
        assertThat(near.log().split("key events lost: NOPERM", -1)).hasSize(2);
        near.assertCleanLog(0);
      }
    }
  }

  private static String[] rights(String namespace) throws IOException {
    Matcher line = RIGHTS.matcher(Files.readString(Path.of("README.md")));
    assertThat(line.find()).isTrue();
    return ("on >sesame " + line.group(1)).replaceAll("([~&])(?!__)", "$1" + (namespace == null ? "" : namespace + ":"))
        .split(" ");
  }

  /** What needs no escape in a URL, and what has one, over TCP and through a Unix socket. */
  @ParameterizedTest
  @ValueSource(strings = {"redis://fastroom:a+b$1@127.0.0.1:{port}/0", "redis://fastroom:a%2Bb%241@127.0.0.1:{port}",
      "unix://fastroom:a+b$1@{socket}", "unix://fastroom:a%2Bb%241@{socket}?db=1"})
  void a_password_with_plus_and_dollar(String url) {
    String socket = folder.resolve("redis.sock").toString();
    try (RedisProcess redis = new RedisProcess(Make.EMBEDDED, Map.of(), "--unixsocket", socket)) {
      redis.call(jedis -> jedis.aclSetUser("fastroom", "on", ">a+b$1", "~*", "&*", "+@all"));
      String port = redis.url().replaceAll(".*:(\\d+).*", "$1");
      try (NodeProcess node = node(url.replace("{port}", port).replace("{socket}", socket), Map.of())) {
        NodeProcess.start(node);
        Until.holds("it is ready", Duration.ofSeconds(10), () -> node.readiness() == 200);
      }
    }
  }

  @Test
  void a_certificate_of_an_authority_of_its_own() throws Exception {
    authority();
    try (RedisProcess redis = new RedisProcess(Make.INSTALLED, Map.of(), "--tls-port", "0")) {
      int port = tls(redis);
      String url = "rediss://localhost:" + port + "/0";
      String authority = folder.resolve("ca.pem").toString();
      try (NodeProcess near = node(url, Map.of("REDIS_TLS_CA", authority));
          NodeProcess far = node(url + "?tls_ca=" + authority, Map.of())) {
        NodeProcess.start(near, far);
        talk(near, far);
      }
      // An address that the certificate does not name, and no authority at all.
      try (NodeProcess stranger = node("rediss://127.0.0.2:" + port, Map.of("REDIS_TLS_CA", authority));
          NodeProcess trusting = node(url, Map.of())) {
        NodeProcess.start(stranger, trusting);
        for (NodeProcess wrong : List.of(stranger, trusting)) {
          assertThat(wrong.readiness()).isEqualTo(503);
        }
      }
    }
  }

  private static NodeProcess node(String redisUrl, String namespace) {
    return node(redisUrl, namespace == null ? Map.of() : Map.of("REDIS_NAMESPACE", namespace));
  }

  private static NodeProcess node(String redisUrl, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.putAll(more);
    return new NodeProcess(Backends.postgres().url(), redisUrl, settings);
  }

  private void talk(NodeProcess near, NodeProcess far) {
    Until.holds("both are ready", Duration.ofSeconds(10), () -> near.readiness() == 200 && far.readiness() == 200);
    Person alice = Person.register(near, "alice");
    Person bob = Person.register(far, "bob");
    RoomRef room = alice.createRoom(near);
    Ws a = inRoom(alice, near, room);
    Ws b = inRoom(bob, far, room);
    a.await("bob comes", diff("join", bob));
    b.send("typing", "room", room.name(), "isTyping", true);
    a.await("typing", type("typing"));
    Until.pause(5_000);
    assertThat(a.join(room.name()).users()).containsExactly(alice.name(), bob.name());
    b.close();
    a.await("bob goes", diff("leave", bob));
    assertThat(near.readiness()).isEqualTo(200);
    assertThat(alice.on(far).get(room.path() + "/presence").json().getInteger("count")).isEqualTo(1);
  }

  private void authority() throws IOException, InterruptedException {
    Files.writeString(folder.resolve("san"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    run("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem");
    run("openssl req -newkey rsa:2048 -nodes -subj /CN=redis -keyout redis.key -out redis.csr");
    run("openssl x509 -req -in redis.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out redis.pem");
  }

  private void run(String command) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command.split(" ")).directory(folder.toFile()).redirectErrorStream(true)
          .redirectOutput(folder.resolve("openssl.log").toFile()).start();
      assertThat(process.waitFor()).as(command).isZero();
    } catch (IOException missing) {
      System.err.println("SKIPPED: no openssl to make certificates with");
      throw new TestAbortedException("no openssl", missing);
    }
  }

  /** Opens a port with TLS beside the plain one. */
  private int tls(RedisProcess redis) {
    int port = Ports.free();
    redis.call(jedis -> jedis.sendCommand(Protocol.Command.CONFIG, "SET", "tls-auth-clients", "no",
        "tls-ca-cert-file", file("ca.pem"), "tls-key-file", file("redis.key"), "tls-cert-file", file("redis.pem"),
        "tls-port", "" + port));
    return port;
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }
}
