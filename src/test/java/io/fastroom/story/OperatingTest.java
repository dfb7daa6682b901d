package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Answer;
import io.fastroom.support.Cluster;
import io.fastroom.support.Folders;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Rest;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator does, on a node of their own. */
class OperatingTest extends Story {
  private static NodeProcess node;
  private static Rest management;

  @BeforeAll
  static void start() {
    node = Cluster.start(Map.of("WS_CHAT_RATE", "0", "WS_MESSAGE_RATE", "0", "DRAIN_SECONDS", "1",
        "EDGE_INSTANCES", "2", "PERSISTENCE_INSTANCES", "1", "PRESENCE_INSTANCES", "1"));
    management = new Rest("http://127.0.0.1:" + node.managementPort(), null);
  }

  @AfterAll
  static void stop() {
    node.close();
    node.assertCleanLog(0);
  }

  @Test
  void sees_health_on_the_management_port_alone() {
    Until.holds("the node is ready", () -> node.readiness() == 200);
    assertThat(management.get("/health/live").expect(200).json().getString("status")).isEqualTo("UP");
    assertThat(management.get("/health/ready").expect(200).text()).contains("postgresql", "redis", "serving");
    for (String path : List.of("/health/live", "/health/ready", "/metrics", "/verticles", "/info")) {
      assertThat(management.send("HEAD", path, null, null).expect(200).text()).as("balancers ask so, too").isEmpty();
      assertThat(management.send("POST", path, null, null).expect(405).header("Allow")).isEqualTo("GET, HEAD");
      new Rest(node.url(), null).get(path).expect(404);
    }
  }

  @Test
  void finds_only_names_of_fastroom_in_the_metrics() {
    Person.register(node, "alice").on(node).get("/users/me").expect(200);
    Until.holds("the node is ready", () -> node.readiness() == 200);
    node.collectGarbage();
    String metrics = management.get("/metrics").expect(200).text();

    assertThat(Pattern.compile("(?m)^[a-z_]+").matcher(metrics).results().map(name -> name.group()))
        .allMatch(name -> name.startsWith("fastroom_"))
        .contains("fastroom_sockets", "fastroom_rooms_live", "fastroom_messages_in_total", "fastroom_frames_out_total",
            "fastroom_chat_commit_seconds_bucket", "fastroom_fanout_delay_seconds_bucket", "fastroom_chat_waiting",
            "fastroom_slow_readers_total", "fastroom_vertx_pool_in_use", "fastroom_event_loop_lag_seconds_bucket",
            "fastroom_backend_up", "fastroom_serving");
    assertThat(metrics).contains("fastroom_backend_up{backend=\"postgresql\"} 1.0",
        "fastroom_backend_up{backend=\"redis\"} 1.0");
    assertThat(metrics).contains("fastroom_http_requests_seconds_count{operation=\"getCurrentUser\",status=\"200\"}");
  }

  @Test
  void sees_what_was_built() {
    JsonObject info = management.get("/info").expect(200).json();
    String labels = "{commit=\"" + info.getString("commit") + "\",version=\"" + info.getString("version") + "\"} 1";

    assertThat(info.getString("version")).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(management.get("/metrics").expect(200).text()).contains("fastroom_build_info" + labels);
    new Rest(node.url(), null).get("/info").expect(404);
  }

  @Test
  void asks_and_scales_a_node_by_its_own_program() throws Exception {
    Until.holds("the node is ready", () -> node.readiness() == 200);
    assertThat(command("health")).isZero();
    assertThat(command("health", "live")).isZero();
    assertThat(command("scale", "presence", "2")).isZero();
    assertThat(management.get("/verticles").expect(200).json().getJsonObject("presence").getInteger("instances"))
        .isEqualTo(2);
    for (String none : List.of("bridge", "EDGE", "../edge", "edge?", "")) {
      assertThat(command("scale", none, "2")).as(none).isEqualTo(1);
    }
  }

  private static int command(String... arguments) throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1", "-cp", target.resolve("classes") + ":" + target.resolve("lib") + "/*",
        "io.fastroom.FastRoom"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(Folders.kept("command").toFile())
        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("MANAGEMENT_PORT", "" + node.managementPort());
    return builder.start().waitFor();
  }

  @Test
  void answers_on_the_management_port_to_its_own_addresses_only() throws Exception {
    for (String host : List.of("127.0.0.1", "127.0.0.1:" + node.managementPort(), "localhost:1", "LOCALHOST",
        "[::1]:9000")) {
      assertThat(hosted("Host: " + host + "\r\n")).as(host).startsWith("HTTP/1.1 200");
    }
    assertThat(hosted("")).as("who sends none is no browser").contains(" 200 ");
    for (String host : List.of("evil.example", "evil.example:9000", "localhost.evil.example", "127.0.0.1.evil.example",
        "10.1.2.3",
        "[::2]", "metrics", "", "127.0.0.1\r\nHost: evil.example")) {
      assertThat(hosted("Host: " + host + "\r\n")).as(host).startsWith("HTTP/1.1 421").contains("misdirected_request");
    }
  }

  private static String hosted(String host) throws Exception {
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", node.managementPort())) {
      socket.getOutputStream().write(("GET /health/live HTTP/1." + (host.isEmpty() ? "0" : "1") + "\r\n" + host
          + "Connection: close\r\n\r\n").getBytes());
      return new String(socket.getInputStream().readAllBytes());
    }
  }

  @Test
  void is_told_what_is_wrong_with_a_number_of_verticles() {
    assertThat(management.get("/verticles/edge").expect(405).header("Allow")).isEqualTo("PUT");
    for (String body : List.of("{\"instances\":0}", "{\"instances\":65}", "{\"instances\":1.5}", "{}",
        "{\"instances\":1e99}",
        "{\"instances\":\"2\"}")) {
      Answer answer = put("edge", body).expect(422);
      assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
      assertThat(answer.json().getString("detail")).contains("1 to 64");
    }
    assertThat(put("edge", "{\"instances\":2,\"instanzen\":3}").expect(422).json().getString("detail"))
        .contains("\"instanzen\"");
    put("edge", "{\"instances\":2.0}").expect(200);
    put("edge", "nonsense").expect(400);
    put("edge", "[1]").expect(400);
    put("bridge", "{\"instances\":2}").expect(404);
  }

  @Test
  void scales_every_kind_of_verticle_while_people_talk_and_call() {
    Person alice = Person.register(node, "alice");
    RoomRef room = alice.createRoom(node);
    Talker talker = new Talker(alice, room);
    Thread talking = new Thread(talker, "talker");
    Caller caller = new Caller(alice.on(node), room);
    Thread calling = new Thread(caller, "caller");
    talking.start();
    calling.start();
    try {
      for (int instances : new int[] {4, 1, 3, 1, 2}) {
        put("persistence", "{\"instances\":" + instances + "}").expect(200);
        put("presence", "{\"instances\":" + instances + "}").expect(200);
        JsonObject now = put("edge", "{\"instances\":" + instances + "}").expect(200).json();
        for (String kind : List.of("edge", "persistence", "presence")) {
          assertThat(now.getJsonObject(kind).getInteger("instances")).as(kind).isEqualTo(instances);
        }
        talker.awaitMore(20);
      }
    } finally {
      talker.stopped.set(true);
      caller.stopped.set(true);
      join(talking);
      join(calling);
    }
    assertThat(talker.failures).isEmpty();
    assertThat(caller.failures).isEmpty();
    assertThat(talker.seqs).isEqualTo(LongStream.rangeClosed(1, talker.seqs.size()).boxed().toList());
  }

  private static Answer put(String kind, String body) {
    return management.send("PUT", "/verticles/" + kind, "application/json", body);
  }

  private static void join(Thread thread) {
    try {
      thread.join(20_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Chats all the time and comes back where they were after each restart, as clients do. */
  private static final class Talker implements Runnable {
    final AtomicBoolean stopped = new AtomicBoolean();
    final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    final List<Long> seqs = new ArrayList<>();
    private final Person person;
    private final RoomRef room;
    private volatile int heard;

    Talker(Person person, RoomRef room) {
      this.person = person;
      this.room = room;
    }

    @Override
    public void run() {
      int number = 0;
      long since = 0;
      while (!stopped.get()) {
        try (Ws ws = person.connect(node)) {
          ws.join(room.name(), since);
          while (!stopped.get() && ws.isOpen()) {
            String text = "number " + number++;
            ws.send("chat", "room", room.name(), "message", text, "client_id", text);
            ws.await("the chat or the end", frame -> chat(text).test(frame) || !ws.isOpen());
            heard++;
          }
          collect(ws);
        } catch (RuntimeException | AssertionError e) {
          if (!String.valueOf(e.getMessage()).contains("clos")) {
            failures.add(e.toString());
          }
        }
        since = seqs.isEmpty() ? 0 : seqs.get(seqs.size() - 1);
      }
    }

    private void collect(Ws ws) {
      for (JsonObject frame : ws.seen()) {
        long last = seqs.isEmpty() ? 0 : seqs.get(seqs.size() - 1);
        if (Ws.type(frame, "history")) {
          frame.getJsonArray("messages").forEach(entry -> seqs.add(((JsonObject) entry).getLong("seq")));
        } else if (frame.getLong("seq") != null && !Ws.type(frame, "joined") && frame.getLong("seq") > last) {
          seqs.add(frame.getLong("seq"));
        }
      }
    }

    void awaitMore(int chats) {
      int wanted = heard + chats;
      Until.holds(chats + " more chats", Until.SOON.multipliedBy(3), () -> heard >= wanted || !failures.isEmpty());
    }
  }

  /** Asks for what needs PostgreSQL and what needs Redis. */
  private static final class Caller implements Runnable {
    final AtomicBoolean stopped = new AtomicBoolean();
    final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final Rest rest;
    private final RoomRef room;

    Caller(Rest rest, RoomRef room) {
      this.rest = rest;
      this.room = room;
    }

    @Override
    public void run() {
      while (!stopped.get()) {
        for (String path : List.of("/messages?limit=5", "/presence", "/members")) {
          try {
            Answer answer = rest.get("/rooms/" + room.id() + path);
            if (answer.status() != 200) {
              failures.add(path + " " + answer.status() + " " + answer.text());
            }
          } catch (RuntimeException e) {
            failures.add(path + " " + e);
          }
        }
      }
    }
  }
}
