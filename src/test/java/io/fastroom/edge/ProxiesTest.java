package io.fastroom.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.http.RawHttp;
import io.fastroom.model.Room;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.support.EventStream;
import io.fastroom.support.Until;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node behind Debian's own nginx and HAProxy, with the configurations of README and of their manuals. */
@Tag("slow")
class ProxiesTest {
  private static final String UPGRADES = "map $http_upgrade $up { default upgrade; '' ''; }\n";

  /** Each as it stands in nginx's documentation, with what it does to Host. */
  private static final Map<String, String> MANUAL = Map.of(
      "host", "proxy_pass http://up; proxy_set_header Host $host;",
      "host and addresses", "proxy_pass http://up; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;"
          + " proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;",
      "host and the port of the proxied", "proxy_pass http://127.0.0.1:NODE; proxy_set_header Host $host:$proxy_port;"
          + " proxy_set_header X-Real-IP $remote_addr;",
      "the host as it came", "proxy_pass http://up; proxy_set_header Host $http_host;",
      "a forwarded host", "proxy_pass http://up; proxy_set_header X-Forwarded-Host $host:$server_port;",
      "decoded slashes", "proxy_pass http://up/; proxy_set_header Host $host;");

  private static EdgeUnderTest node(String... settings) {
    List<String> all = new ArrayList<>(List.of("TRUSTED_PROXIES", "127.0.0.1"));
    all.addAll(List.of(settings));
    EdgeUnderTest node = new EdgeUnderTest(all.toArray(String[]::new));
    node.bus.answer(PersistenceApi.FIND_ROOM, find -> Future.succeededFuture(
        new PersistenceApi.SeenRoom(new Room(5, find.name(), false, Instant.EPOCH), false)))
        .await();
    return node;
  }

  private static String nginx(String location, EdgeUnderTest node) {
    return UPGRADES + "upstream up { server 127.0.0.1:NODE; keepalive 8; keepalive_timeout 620s; }\n"
        .replace("NODE", String.valueOf(node.port))
        + "server { listen 127.0.0.1:PORT; location / { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
        + " proxy_set_header Connection $up; " + location.replace("NODE", String.valueOf(node.port)) + " } }";
  }

  private static int handshake(EdgeUnderTest node, ProxyProcess proxy, String origin) throws IOException {
    try (RawHttp http = new RawHttp(proxy.port)) {
      return RawHttp.status(http.send(node.handshake("/ws?access_token=" + node.token(),
          "Host: 127.0.0.1:" + proxy.port + "\r\nOrigin: " + origin + "\r\n")).head());
    }
  }

  private static void works(EdgeUnderTest node, ProxyProcess proxy) throws IOException {
    assertThat(handshake(node, proxy, "http://127.0.0.1:" + proxy.port)).isEqualTo(101);
    for (String evil : List.of("https://evil.example", "null", "http://127.0.0.1.evil.example:" + proxy.port)) {
      assertThat(handshake(node, proxy, evil)).as(evil).isEqualTo(403);
    }
    try (RawHttp http = new RawHttp(proxy.port)) {
      assertThat(http.send("GET /health HTTP/1.1\r\nHost: 127.0.0.1:" + proxy.port + "\r\n\r\n").answer())
          .startsWith("HTTP/1.1 200");
      assertThat(http.send("GET /rooms/by-name/a%2Fb%20%C3%A9%25 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
          + node.token()
          + "\r\n\r\n").answer()).startsWith("HTTP/1.1 200").contains("\"name\":\"a/b \u00e9%\"");
    }
  }

  @Test
  void the_snippets_of_readme_work() throws IOException {
    try (EdgeUnderTest node = node()) {
      try (ProxyProcess nginx = ProxyProcess.nginx(ProxyProcess.snippet("nginx", node.port))) {
        works(node, nginx);
      }
      try (ProxyProcess haproxy = ProxyProcess.haproxy(ProxyProcess.snippet("haproxy", node.port))) {
        works(node, haproxy);
      }
    }
  }

  /** What is said arrives although the answer never ends; without our header nginx holds it back. */
  private static void streams(EdgeUnderTest node, StreamedRoom room, ProxyProcess proxy) throws IOException {
    try (EventStream stream = EventStream.open("http://127.0.0.1:" + proxy.port, node.token(), StreamedRoom.PATH, null)) {
      stream.await(frame -> frame.getString("type").equals("history"));
      for (String text : List.of("one", "two")) {
        room.say(text);
        stream.await(frame -> text.equals(frame.getString("message")));
      }
      assertThat(stream.status()).isEqualTo(200);
    }
  }

  @Test
  void streams_of_events_pass_unbuffered() throws IOException {
    try (EdgeUnderTest node = node()) {
      StreamedRoom room = new StreamedRoom(node.bus);
      try (ProxyProcess nginx = ProxyProcess.nginx(ProxyProcess.snippet("nginx", node.port))) {
        streams(node, room, nginx);
      }
      try (ProxyProcess nginx = ProxyProcess.nginx("server { listen 127.0.0.1:PORT; location / { proxy_pass"
          + " http://127.0.0.1:" + node.port + "; } }")) {
        streams(node, room, nginx);
      }
      try (ProxyProcess haproxy = ProxyProcess.haproxy(ProxyProcess.snippet("haproxy", node.port))) {
        streams(node, room, haproxy);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "host and addresses", "host and the port of the proxied", "the host as it came",
      "a forwarded host", "decoded slashes"})
  void what_the_manual_of_nginx_shows_works(String which) throws IOException {
    try (EdgeUnderTest node = node(); ProxyProcess nginx = ProxyProcess.nginx(nginx(MANUAL.get(which), node))) {
      works(node, nginx);
    }
  }

  @Test
  void a_host_that_is_hidden_is_made_good_by_the_public_url() throws IOException {
    try (EdgeUnderTest blind = node(); ProxyProcess nginx = ProxyProcess.nginx(nginx("proxy_pass http://up;", blind))) {
      assertThat(handshake(blind, nginx, "http://127.0.0.1:" + nginx.port)).isEqualTo(403);
    }
    try (EdgeUnderTest knows = node("PUBLIC_URL", "https://chat.example");
        ProxyProcess nginx = ProxyProcess.nginx(nginx("proxy_pass http://up;", knows))) {
      assertThat(handshake(knows, nginx, "https://chat.example")).isEqualTo(101);
      assertThat(handshake(knows, nginx, "https://evil.example")).isEqualTo(403);
    }
  }

  /** Pauses on both sides of the node's own patience, so that some requests meet the moment in which it ends. */
  @Test
  void no_request_meets_the_end_of_its_connection() throws Exception {
    try (EdgeUnderTest node = node("HTTP_IDLE_SECONDS", "1");
        ProxyProcess nginx = ProxyProcess.nginx(nginx(MANUAL.get("host and addresses"), node))) {
      ExecutorService people = Executors.newFixedThreadPool(8);
      List<java.util.concurrent.Future<List<Integer>>> all = new ArrayList<>();
      for (int person = 0; person < 8; person++) {
        long pause = 900 + 250L * person;
        all.add(people.submit(() -> posts(nginx, pause)));
      }
      people.shutdown();
      for (java.util.concurrent.Future<List<Integer>> one : all) {
        assertThat(one.get(60, TimeUnit.SECONDS)).hasSize(4).containsOnly(401);
      }
    }
  }

  private static List<Integer> posts(ProxyProcess nginx, long pauseMillis) throws IOException {
    List<Integer> statuses = new ArrayList<>();
    try (RawHttp http = new RawHttp(nginx.port)) {
      for (int i = 0; i < 4; i++) {
        statuses.add(http.send("POST /rooms HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}").status());
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
        Until.holds("a pause", Until.SOON, () -> System.nanoTime() > end);
      }
    }
    return statuses;
  }
}
