package io.fastroom.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Joined;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
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

  @Test
  void pings_pongs_and_fragments() {
    field.hold("pings, pongs and fragments", () -> {
      for (int first : new int[] {0x89, 0x8A, 0x00}) {
        double before = abused();
        Until.holds("some are closed", Duration.ofSeconds(60), () -> {
          Flood.ofFrames(field, room.name(), (at, shot) -> {
            if (shot == 0 && first == 0x00) {
              at.frame(0x01, "{\"type\":".getBytes(StandardCharsets.UTF_8));
            }
            at.frame(first, NONE);
          });
          return abused() > before;
        });
      }
    });
  }

  private static double abused() {
    return field.node.metric("fastroom_sockets_closed_total{code=\"1008\"}");
  }

  @Test
  void typing_on_and_off() {
    field.hold("typing on and off",
        () -> Flood.ofFrames(field, room.name(), (at, shot) -> at.frame("typing", "room", room.name(), "isTyping",
            shot % 2 == 0)));
  }

  @Test
  void chats_and_reactions() {
    field.hold("chats and reactions", () -> Flood.ofFrames(field, room.name(), (at, shot) -> {
      if (shot % 2 == 0) {
        at.frame("chat", "room", room.name(), "message", "@" + sleeper.name() + " " + shot);
      } else {
        at.frame("react", "room", room.name(), "message_id", message, "emoji", "👍", "on", shot % 4 == 1);
      }
    }));
  }

  @Test
  void read_marks_and_watching() {
    field.hold("read marks and watching", () -> Flood.ofFrames(field, room.name(), (at, shot) -> {
      if (shot % 3 == 0) {
        at.frame("watch");
      } else {
        at.frame("read", "room", room.name(), "seq", 1 + shot % (int) since);
      }
    }));
  }

  @Test
  void coming_and_going() {
    field.hold("coming and going",
        () -> Flood.ofFrames(field, room.name(), (at, shot) -> at.frame(shot % 2 == 0 ? "leave" : "join", "room",
            room.name(), "since", 1)));
  }

  @Test
  void pages_of_history() {
    field.hold("pages of history", () -> Flood.ofFrames(field, room.name(), (at, shot) ->
        at.frame("history_more", "room", room.name(), "before_id", Long.MAX_VALUE)));
  }

  @Test
  void garbage() {
    String deep = "[".repeat(60_000);
    field.hold("garbage", () -> Flood.ofFrames(field, room.name(), (at, shot) -> {
      switch (shot % 50) {
        case 7 -> at.frame(0x81, deep.getBytes(StandardCharsets.UTF_8));
        case 17 -> at.frame(0x82, NONE);
        case 27 -> at.frame(0x81, new byte[] {(byte) 0xC3, 0x28});
        case 37 -> at.send(new byte[] {(byte) 0xF1, (byte) 0x80, 1, 2, 3, 4});
        default -> at.frame(0x81, "{\"type\":\"join\",\"room\":\"\\ud800\"}".getBytes(StandardCharsets.UTF_8));
      }
    }));
  }

  @Test
  void handshakes_that_break_rules() {
    String token = field.attacker(0).access();
    String[] paths = {"/ws?access_token=%", "/ws?access_token=%ff%fe&access_token=" + token, "/ws?%=" + token,
        "/ws?access_token=" + token + "&x=%zz", "/ws?access_token=" + "x".repeat(8_000), "/ws/%2e%2e/" + token};
    String[] more = {"", "Origin: https://evil.example\r\n", "Host: there\r\n", "Sec-WebSocket-Key: short\r\n",
        "Transfer-Encoding: chunked\r\n", "Upgrade: h2c\r\n", "Authorization: Bearer " + token + "x\r\n"};
    long logged = field.node.logLength();
    field.hold("handshakes that break rules", () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(600, i -> new Assailant(field.node).send("GET " + paths[i % paths.length] + HANDSHAKE
            + more[i / paths.length % more.length] + "\r\n"));
        for (Assailant each : sockets.all) {
          assertThat(each.head()).as("answered at once").startsWith("HTTP/1.1 ");
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
    field.hold("requests within requests", () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(300, i -> new Assailant(field.node).send(heads[i % heads.length] + inner));
        for (Assailant each : sockets.all) {
          assertThat(each.head()).matches("(?s)(HTTP/1\\.[01] [45].*|)");
        }
      }
    });
  }

  @Test
  void requests_that_never_end() {
    field.hold("requests that never end", () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(1_500, i -> new Assailant(field.node).send("GET /rooms HTTP/1.1\r\nHost: here\r\nX-Slow: "
            + "a".repeat(i % 2 == 0 ? 1 : 6_000)));
        for (int drop = 0; drop < 20; drop++) {
          for (Assailant each : sockets.all) {
            each.send("a");
          }
        }
      }
    });
  }
}
