package io.fastroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Joined;
import io.fastroom.support.Names;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Frames, requests and handshakes that come too fast, break rules or never end. Who was away can resume after each. */
@Tag("slow")
@Tag("alone")
class FloodAttacks {
  private static final byte[] NONE = {};
  private static final String CLOSED_FOR_ABUSE = "fastroom_sockets_closed_total{code=\"1008\"}";
  /** Messages of a socket, a second and at once. */
  private static final int RATE = 100;
  private static final int BURST = 2 * RATE;
  /** More than those say who attack nobody, in sockets that say all they may. */
  private static final int BESIDE = 2;
  private static final int ABUSE = 1008;
  private static final int TWO_HOSTS = 5;
  private static final int CONNECTIONS = 9_000;
  private static final int DROPS = 45;
  private static final long DROP_MILLIS = 1_000;
  /** By each who types: what may be told at once, and one more each second. */
  private static final int TOLD = 4 + 60;
  private static final String HANDSHAKE = " HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private static Field field;
  private static Person sleeper;
  private static RoomRef room;
  private static long since;
  private static long message;

  @BeforeAll
  static void begin() {
    field = new Field(Backends.postgres(), Backends.redis(), Map.of());
    sleeper = field.people("sleeper", 1).get(0);
    room = sleeper.createRoom(field.node, Names.unique("attacked"), false);
    try (Ws socket = sleeper.connect(field.node)) {
      socket.join(room.name());
      JsonObject first = socket.chat(room.name(), "the first");
      since = first.getLong("seq");
      message = first.getLong("message_id");
    }
  }

  @AfterEach
  void who_was_away_can_resume() {
    try (Ws socket = sleeper.connect(field.node)) {
      Joined joined = socket.join(room.name(), since);
      assertThat(joined.resumed()).isTrue();
    }
  }

  @AfterAll
  static void end() {
    field.close();
  }

  private static Consequence closed(int code) {
    return Consequence.counted("fastroom_sockets_closed_total{code=\"" + code + "\"}");
  }

  private static Consequence limited(String kind) {
    return Consequence.counted("fastroom_rate_limited_total{kind=\"" + kind + "\"}");
  }

  @Test
  void pings_pongs_and_fragments() {
    for (int first : new int[] {0x89, 0x8A, 0x00}) {
      field.hold("pings, pongs and fragments, " + first, closed(ABUSE), () -> Flood.ofFrames(field, room.name(),
          (at, shot) -> {
            if (shot == 0 && first == 0x00) {
              at.frame(0x01, "{\"type\":".getBytes(StandardCharsets.UTF_8));
            }
            at.frame(first, NONE);
          }));
    }
  }

  @Test
  void typing_on_and_off() {
    AtomicInteger told = new AtomicInteger();
    Consequence few = Consequence.of(() -> told.get() <= Field.ATTACKERS * TOLD ? null : told + " times told of typing");
    try (Ws peer = sleeper.connect(field.node)) {
      peer.join(room.name());
      peer.listen(frame -> {
        if (frame.getString("type").equals("typing")) {
          told.incrementAndGet();
        }
      });
      field.hold("typing on and off", Consequence.all(few, limited("socket_messages")), () -> Flood.ofFrames(field,
          room.name(), (at, shot) -> at.frame("typing", "room", room.name(), "isTyping", shot % 2 == 0)));
    }
  }

  @Test
  void chats_and_reactions() {
    field.hold("chats and reactions", limited("socket_chats"), () -> Flood.ofFrames(field, room.name(), (at, shot) -> {
      if (shot % 2 == 0) {
        at.frame("chat", "room", room.name(), "message", "@" + sleeper.name() + " " + shot);
      } else {
        at.frame("react", "room", room.name(), "message_id", message, "emoji", "👍", "on", shot % 4 == 1);
      }
    }));
  }

  @Test
  void read_marks_and_watching() {
    Consequence refused = limited("socket_messages");
    field.hold("read marks and watching", refused, () -> Flood.ofFrames(field, room.name(), (at, shot) -> {
      if (shot % 3 == 0) {
        at.frame("watch");
      } else {
        at.frame("read", "room", room.name(), "seq", 1 + shot % (int) since);
      }
    }));
  }

  @Test
  void coming_and_going() {
    field.hold("coming and going", FloodAttacks::handledAsSlowlyAsTheyMay,
        () -> Flood.ofFrames(field, room.name(), (at, shot) -> at.frame(shot % 2 == 0 ? "leave" : "join", "room",
            room.name(), "since", 1)));
  }

  /** Who is read from no faster than answered need not be refused; what is read beyond the limit is. */
  private static Consequence.Verdict handledAsSlowlyAsTheyMay(NodeProcess node) {
    double before = handled(node);
    double closedBefore = node.metric(CLOSED_FOR_ABUSE);
    long began = System.nanoTime();
    return watch -> {
      double seconds = (System.nanoTime() - began) / 1e9;
      // Each new socket has its burst, and those beside them say something, too.
      double sockets = Field.ATTACKERS + node.metric(CLOSED_FOR_ABUSE) - closedBefore;
      double most = sockets * BURST + (Field.ATTACKERS + BESIDE) * RATE * seconds;
      double since = handled(node) - before;
      return since <= most ? null : String.format("%.0f frames were handled, more than %.0f", since, most);
    };
  }

  private static double handled(NodeProcess node) {
    return node.metric("fastroom_messages_in_total")
        - node.metric("fastroom_rate_limited_total{kind=\"socket_messages\"}");
  }

  @Test
  void pages_of_history() {
    Consequence queued = Consequence.queued("fastroom_reads_waiting{use=\"lists\"}");
    field.hold("pages of history", queued, () -> Flood.ofFrames(field, room.name(), (at, shot) ->
        at.frame("history_more", "room", room.name(), "before_id", Long.MAX_VALUE)));
  }

  @Test
  void garbage() {
    String deep = "[".repeat(60_000);
    Consequence closed = Consequence.all(closed(1002), closed(1003), closed(1007));
    // Each kind ends its socket, which is listened to no more.
    Map<Assailant, Integer> kinds = new ConcurrentHashMap<>();
    AtomicInteger next = new AtomicInteger();
    field.hold("garbage", closed, () -> Flood.ofFrames(field, room.name(), (at, shot) -> {
      int kind = kinds.computeIfAbsent(at, one -> next.getAndIncrement() % 4);
      switch (shot % 50 == 7 ? kind : -1) {
        case 0 -> at.frame(0x81, deep.getBytes(StandardCharsets.UTF_8));
        case 1 -> at.frame(0x82, NONE);
        case 2 -> at.frame(0x81, new byte[] {(byte) 0xC3, 0x28});
        case 3 -> at.send(new byte[] {(byte) 0xF1, (byte) 0x80, 1, 2, 3, 4});
        default -> at.frame(0x81, "{\"type\":\"join\",\"room\":\"\\ud800\"}".getBytes(StandardCharsets.UTF_8));
      }
    }));
  }

  @Test
  void handshakes_that_break_rules() {
    String token = field.attacker(0).access();
    String[] paths = {"/ws?access_token=%", "/ws?access_token=%ff%fe&access_token=" + token, "/ws?%=" + token,
        "/ws?access_token=" + token + "&x=%zz", "/ws?access_token=" + "x".repeat(8_000), "/ws/%2e%2e/" + token,
        "/ws?access_token=" + token};
    String[] more = {"", "Origin: https://evil.example\r\n", "Host: there\r\n", "Sec-WebSocket-Key: short\r\n",
        "Transfer-Encoding: chunked\r\n", "Upgrade: h2c\r\n", "Authorization: Bearer " + token + "x\r\n"};
    long logged = field.node.logLength();
    AtomicInteger opened = new AtomicInteger();
    Consequence none = Consequence.of(() -> opened.get() == 0 ? null : opened + " of them are sockets");
    field.hold("handshakes that break rules", none, () -> {
      try (Sockets sockets = new Sockets()) {
        for (int i = 0; i < 600; i++) {
          int path = i % paths.length;
          int line = i / paths.length % more.length;
          sockets.open(1, n -> new Assailant(field.node).send("GET " + paths[path] + HANDSHAKE + more[line] + "\r\n"));
          String head = sockets.all.get(i).head();
          assertThat(head).as("answered at once").startsWith("HTTP/1.1 ");
          // Of a dead token a browser is told on the socket.
          boolean broken = path < 4 || path == 6 && line > 0 && line < 5;
          opened.addAndGet(broken && head.startsWith("HTTP/1.1 101") ? 1 : 0);
        }
      }
      // And those who go before they are answered.
      new Sockets().open(300, i -> new Assailant(field.node).send("GET /ws?access_token=" + token + HANDSHAKE + "\r\n"))
          .close();
    });
    assertThat(field.node.logFrom(logged)).doesNotContain(token).doesNotContain(token.substring(0, 60));
  }

  @Test
  void requests_within_requests() {
    String inner = "GET /health HTTP/1.1\r\nHost: here\r\n\r\n";
    String[] heads = {
        "POST /token HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /token HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\n",
        "POST /token HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /token HTTP/1.1\r\nHost: here\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /token HTTP/1.1\r\nHost: here\r\nContent-Length: +4\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: here\r\nHost: there\r\n\r\n",
        "GET /health HTTP/9.9\r\n\r\n", "\0\0\0\0\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"};
    AtomicInteger read = new AtomicInteger();
    Consequence closed = Consequence.of(() -> read.get() == 0 ? null : read + " were read on after what is no HTTP");
    field.hold("requests within requests", closed, () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(300, i -> new Assailant(field.node).send(heads[i % heads.length] + inner));
        for (int i = 0; i < sockets.all.size() && read.get() == 0; i++) {
          assertThat(sockets.all.get(i).head()).matches("(?s)(HTTP/1\\.[01] [45].*|)");
          // One with two hosts is a request all the same.
          read.addAndGet(i % heads.length == TWO_HOSTS || sockets.all.get(i).endsWithout(" 200 OK") ? 0 : 1);
        }
      }
    });
  }

  /** More than the heap could hold, from one place, before any of them is late. */
  @Test
  void connections_that_say_half_a_word() {
    Consequence bounded = Consequence.all(Consequence.counted("fastroom_rate_limited_total{kind=\"http_connections\"}"),
        Consequence.atMost("fastroom_http_connections", 2 * field.node.metric("fastroom_http_connections_limit")));
    field.hold("connections that say half a word", bounded, () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(CONNECTIONS, i -> new Assailant(field.node).send(i % 2 == 0
            ? "GET /rooms HTTP/1.1\r\nHost: here\r\nX-Slow: " + "a".repeat(6_000)
            : "POST /token HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"));
      }
    });
  }

  @Test
  void requests_that_never_end() {
    int[] open = {1};
    Consequence closed = Consequence.of(() -> open[0] == 0 ? null : open[0] + " are still open");
    field.hold("requests that never end", closed, () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(1_500, i -> new Assailant(field.node).send("GET /rooms HTTP/1.1\r\nHost: here\r\nX-Slow: "
            + "a".repeat(i % 2 == 0 ? 1 : 6_000)));
        for (int drop = 0; drop < DROPS && !sockets.all.isEmpty(); drop++) {
          Until.pause(DROP_MILLIS);
          sockets.all.removeIf(each -> !each.drips());
        }
        open[0] = sockets.all.size();
      }
    });
  }
}
