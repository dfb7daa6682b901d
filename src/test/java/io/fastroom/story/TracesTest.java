package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.HookReceiver;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.Ports;
import io.fastroom.support.Postgres;
import io.fastroom.support.RoomRef;
import io.fastroom.support.TraceReceiver;
import io.fastroom.support.TraceReceiver.Seen;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A call, a join and a chat as traces, at a receiver that speaks OTLP over HTTP. */
class TracesTest extends Story {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final TraceReceiver RECEIVER = new TraceReceiver();
  private static Postgres postgres;
  private static NodeProcess node;

  @BeforeAll
  static void start() {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.put("OTLP_ENDPOINT", RECEIVER.url());
    // As by default, which tests are not limited by.
    settings.put("REST_WRITE_RATE", "10");
    // Its own, or another node might deliver the webhook, without a trace.
    postgres = new Postgres();
    node = new NodeProcess(postgres, Backends.redis(), settings).start();
  }

  @AfterAll
  static void stop() {
    node.close();
    postgres.close();
    RECEIVER.close();
  }

  private static String newTrace(int n) {
    return String.format("%032x", 0xabcdef0000L + n);
  }

  private static String parent(String trace) {
    return "00-" + trace + "-00f067aa0ba902b7-01";
  }

  private static List<Seen> of(String trace) {
    return RECEIVER.spans().stream().filter(span -> span.trace().equals(trace)).toList();
  }

  private static boolean speaksTo(String system, List<Seen> spans) {
    return spans.stream().anyMatch(span -> span.kind().equals("SPAN_KIND_CLIENT")
        && span.attributes().values().stream().anyMatch(value -> value.equals(system)));
  }

  private static void assertOneTree(List<Seen> spans) {
    Set<String> known = spans.stream().map(Seen::id).collect(Collectors.toSet());
    known.add("00f067aa0ba902b7");
    assertThat(spans).allSatisfy(span -> assertThat(known).as(span.toString()).contains(span.parent()));
  }

  @Test
  void a_call_continues_the_clients_trace_to_postgresql() throws IOException, InterruptedException {
    Person alice = Person.register(node, "alice");
    String trace = newTrace(1);
    HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/rooms?limit=7"))
        .header("Authorization", "Bearer " + alice.access()).header("traceparent", parent(trace)).build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    Until.holds("the call is in the trace", LIMIT, () -> of(trace).stream()
        .anyMatch(span -> span.attributes().containsValue("persistence.room.list")));
    Until.holds("so is its statement", LIMIT, () -> speaksTo("postgresql", of(trace)));
    assertThat(of(trace)).anyMatch(span -> span.kind().equals("SPAN_KIND_SERVER"));
    assertOneTree(of(trace));
  }

  /** A call that writes, which is counted in Redis first. */
  @Test
  void a_limited_call_continues_the_clients_trace_to_postgresql() throws IOException, InterruptedException {
    Person alice = Person.register(node, "alice");
    String trace = newTrace(4);
    HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/rooms"))
        .header("Authorization", "Bearer " + alice.access()).header("traceparent", parent(trace))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(new JsonObject().put("name", Names.unique("room")).encode())).build();
    assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(201);
    Until.holds("the call is in the trace", LIMIT, () -> of(trace).stream()
        .anyMatch(span -> span.attributes().containsValue("persistence.room.create")));
    Until.holds("so is its statement", LIMIT, () -> speaksTo("postgresql", of(trace)));
    assertOneTree(of(trace));
  }

  /** As behind a proxy: a Host without a port. */
  @Test
  void the_address_of_a_call_is_one() throws IOException {
    String trace = newTrace(3);
    try (Socket socket = new Socket("127.0.0.1", node.port())) {
      socket.getOutputStream().write(("GET /health?x=1 HTTP/1.1\r\nHost: chat.example.org\r\ntraceparent: " + parent(trace)
          + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readAllBytes()).startsWith("HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII));
    }
    Until.holds("the call is there", LIMIT, () -> !of(trace).isEmpty());
    assertThat(of(trace)).singleElement().satisfies(call ->
        assertThat(call.attributes().values()).contains("http://chat.example.org/health").noneMatch(text -> text.contains(":-1")));
  }

  @Test
  void a_join_and_a_chat_are_traces_and_hold_no_token() {
    Person alice = Person.register(node, "alice");
    RoomRef room = alice.createRoom(node);
    String trace = newTrace(2);
    Ws ws = closing(Ws.open(node, "/ws?access_token=" + alice.access(), Map.of("traceparent", parent(trace))));
    ws.join(room.name());
    ws.chat(room.name(), "hello");
    Until.holds("both are there", LIMIT, () -> of(trace).stream().map(Seen::name).collect(Collectors.toSet())
        .containsAll(Set.of("join", "chat")));
    Until.holds("with PostgreSQL", LIMIT, () -> speaksTo("postgresql", below("chat", of(trace))));
    Until.holds("and Redis", LIMIT, () -> speaksTo("redis", below("join", of(trace))));
    assertOneTree(of(trace));
    assertThat(RECEIVER.spans().toString()).doesNotContain(alice.access()).doesNotContain("access_token")
        .doesNotContain("hello");
  }

  @Test
  void a_try_of_a_webhook_is_a_trace_that_its_receiver_continues() {
    Person alice = Person.register(node, "alice");
    RoomRef room = alice.createRoom(node);
    HookReceiver receiver = closing(new HookReceiver());
    alice.on(node).post(room.path() + "/webhooks", new JsonObject().put("url", receiver.url("/?secret=1"))).expect(201);
    // Another node of the tests, one without traces, may deliver some of them.
    Until.holds("a receiver gets a traceparent", LIMIT, () -> {
      alice.on(node).post(room.path() + "/messages", new JsonObject().put("content", "hello")).expect(201);
      Until.pause(500);
      return receiver.got().stream().anyMatch(got -> got.traceparent() != null);
    });
    String[] parent = receiver.got().stream().filter(got -> got.traceparent() != null).findFirst().orElseThrow()
        .traceparent().split("-");
    Until.holds("the call is below the try", LIMIT, () -> below("webhook", of(parent[1])).stream()
        .anyMatch(span -> span.id().equals(parent[2]) && span.kind().equals("SPAN_KIND_CLIENT")));
    assertThat(RECEIVER.spans().toString()).doesNotContain("secret=1");
  }

  @Test
  void a_receiver_that_is_away_is_a_line_in_the_log() {
    Map<String, String> settings = new HashMap<>(Cluster.UNLIMITED);
    settings.put("OTLP_ENDPOINT", "http://127.0.0.1:" + Ports.free());
    try (NodeProcess lonely = new NodeProcess(postgres, Backends.redis(), settings).start()) {
      Person.register(lonely, "alice");
      Until.holds("it is told", LIMIT, () -> lonely.log().contains("Failed to export spans"));
      assertThat(lonely.log()).contains("WARN  fastroom.app traces: ").doesNotContain("SEVERE").doesNotContain("\tat ");
    }
  }

  /** The span of that name, and what it caused. */
  private static List<Seen> below(String name, List<Seen> spans) {
    Set<String> ids = spans.stream().filter(span -> span.name().equals(name)).map(Seen::id).collect(Collectors.toSet());
    for (int depth = 0; depth < 20; depth++) {
      spans.stream().filter(span -> ids.contains(span.parent())).map(Seen::id).toList().forEach(ids::add);
    }
    return spans.stream().filter(span -> ids.contains(span.id())).toList();
  }
}
