package io.fastroom.attack;

import io.fastroom.support.Backends;
import io.fastroom.support.Names;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Those who have a node keep things for them: what they do not read, what they do not finish, what is long. */
@Tag("slow")
@Tag("alone")
class MemoryAttacks {
  private static final String LONG = "🙂".repeat(4_000);
  private static final int PAGE = 50;
  private static final int HOOKS_A_ROOM = 10;
  private static final String QUEUED = "fastroom_socket_buffer_bytes";
  private static final String ANSWERS = "fastroom_rate_limited_total{kind=\"http_buffer\"}";
  private static final String FILE = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: here\r\n\r\n";
  /** More than the kernel takes for one that does not read. */
  private static final int FILES_EACH = 6;
  /** More than is queued for one that has been given all it may have; of so many, less than the budget of all sockets. */
  private static final int QUEUED_EACH = 768 << 10;
  private static final int READERS = 40;
  private static final int HOOKS_THAT_HANG = 128;
  private static final int TALKERS = 100;

  private static Field field;
  /** Full of long messages. */
  private static RoomRef room;
  private static String name;

  @BeforeAll
  static void begin() {
    field = new Field(Backends.postgres(), Backends.redis(), Map.of("WEBHOOK_ALLOW", "127.0.0.1"));
    name = Names.unique("long");
    room = fill(field.attacker(0), 4);
  }

  @AfterAll
  static void end() {
    field.close();
  }

  /** Has somebody write so many pages, as fast as they may. */
  private static RoomRef fill(Person who, int pages) {
    RoomRef made = who.createRoom(field.node, name, false);
    try (Sockets sockets = new Sockets()) {
      sockets.open(pages, page -> {
        Assailant socket = Assailant.webSocket(field.node, who).reading().frame("join", "room", name);
        for (int m = 0; m < PAGE; m++) {
          socket.frame("chat", "room", name, "message", LONG);
        }
        return socket;
      });
      Until.holds("all is said", Duration.ofSeconds(60), () -> who.on(field.node)
          .get(made.path() + "/messages?limit=1").expect(200).json().getInteger("total") == pages * PAGE);
    }
    return made;
  }

  @Test
  void sockets_that_nobody_reads() {
    field.hold("sockets that nobody reads", Consequence.atMost(QUEUED, READERS * QUEUED_EACH), () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(READERS, i -> {
          Assailant socket = Assailant.webSocket(field.node, field.attacker(i)).frame("join", "room", name);
          for (int page = 0; page < READERS; page++) {
            socket.frame("history_more", "room", name, "before_id", Long.MAX_VALUE);
          }
          return socket;
        });
        field.settle();
      }
    });
  }

  @Test
  void sockets_in_a_busy_room_that_nobody_reads() {
    String busy = field.attacker(0).createRoom(field.node).name();
    Consequence bounded = Consequence.all(Consequence.counted("fastroom_slow_readers_total"),
        Consequence.atMost(QUEUED, field.node.metric("fastroom_socket_buffer_limit_bytes")));
    try (Sockets sockets = new Sockets()) {
      sockets.open(200, i -> Assailant.webSocket(field.node, field.attacker(i)).frame("join", "room", busy));
      // The kernel takes some megabytes for each before the node has to.
      field.hold("sockets in a busy room that nobody reads", bounded, () -> {
        try (Sockets talkers = new Sockets()) {
          talkers.open(8, i -> Assailant.webSocket(field.node, field.attacker(i)).reading().frame("join", "room", busy))
              .all.forEach(talker -> say(talker, busy));
          field.settle();
        }
      });
    }
  }

  /** Each says all that it may; together it is more than is committed meanwhile. */
  @Test
  void long_messages_in_many_rooms() {
    List<String> rooms = new ArrayList<>();
    for (int i = 0; i < TALKERS; i++) {
      rooms.add(field.attacker(i).createRoom(field.node).name());
    }
    field.hold("long messages in many rooms", Consequence.queued("fastroom_chat_waiting"), () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(TALKERS, i -> Assailant.webSocket(field.node, field.attacker(i)).reading().frame("join", "room",
            rooms.get(i)));
        for (int again = 0; again < 4; again++) {
          IntStream.range(0, sockets.all.size()).parallel().forEach(i -> say(sockets.all.get(i), rooms.get(i)));
        }
        field.settle();
      }
    });
  }

  private static void say(Assailant talker, String in) {
    try {
      for (int m = 0; m < PAGE; m++) {
        talker.frame("chat", "room", in, "message", LONG);
      }
    } catch (IOException closed) {
      // The node may have had enough of it.
    }
  }

  @Test
  void streams_that_nobody_reads() {
    RoomRef many = field.attacker(0).createRoom(field.node);
    field.fill(many.id(), 600, LONG);
    field.rest();
    field.hold("streams that nobody reads", Consequence.atMost(QUEUED, READERS * QUEUED_EACH), () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(READERS, i -> new Assailant(field.node).get("/rooms/" + many.id() + "/events?since=1",
            field.attacker(i)));
        field.settle();
      }
    });
  }

  @Test
  void rooms_of_long_messages() {
    Consequence givenUp = Consequence.counted("fastroom_room_memory_given_up_total");
    List<RoomRef> rooms = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rooms.add(field.attacker(i).createRoom(field.node));
      field.fill(rooms.get(i).id(), PAGE, LONG);
    }
    field.rest();
    field.hold("rooms of long messages", givenUp, () -> {
      try (Sockets sockets = new Sockets()) {
        // Six sockets within the limits were enough.
        sockets.open(6, i -> {
          Assailant socket = Assailant.webSocket(field.node, field.attacker(i)).reading();
          for (int n = 0; n < rooms.size(); n++) {
            socket.frame("join", "room", rooms.get((i * 10 + n) % rooms.size()).name(), "since", 1);
          }
          return socket;
        });
        field.settle();
      }
    });
  }

  /** What the rooms hold together is more than the heap; each by itself could be kept. */
  @Test
  void logs_of_long_messages_from_far_back() {
    List<RoomRef> rooms = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rooms.add(field.attacker(i).createRoom(field.node));
      field.fill(rooms.get(i).id(), 600, LONG);
    }
    field.rest();
    double limit = field.node.metric("fastroom_room_memory_limit_bytes");
    field.hold("logs of long messages from far back", Consequence.atMost("fastroom_room_memory_bytes", limit), () -> {
      try (Sockets sockets = new Sockets()) {
        sockets.open(40, i -> {
          Assailant socket = Assailant.webSocket(field.node, field.attacker(i)).reading();
          for (int n = 0; n < rooms.size(); n++) {
            socket.frame("join", "room", rooms.get((i + n) % rooms.size()).name(), "since", 1);
          }
          return socket;
        });
        field.settle();
      }
    });
  }

  @Test
  void receivers_that_never_answer() throws IOException {
    try (ServerSocket mute = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress())) {
      JsonObject hook = new JsonObject().put("url", "http://127.0.0.1:" + mute.getLocalPort() + "/");
      List<RoomRef> rooms = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        rooms.add(field.attacker(i).createRoom(field.node));
        for (int n = 0; n < HOOKS_A_ROOM; n++) {
          field.attacker(i).on(field.node).post(rooms.get(i).path() + "/webhooks", hook).expect(201);
        }
      }
      Consequence few = Consequence.atMost("fastroom_webhooks_running", HOOKS_THAT_HANG);
      field.hold("receivers that never answer", few, () -> {
        rooms.forEach(each -> field.fill(each.id(), PAGE, LONG));
        double before = field.node.metric("fastroom_webhook_tries_total");
        Until.holds("they are tried", Duration.ofSeconds(60),
            () -> field.node.metric("fastroom_webhook_tries_total") >= before + 100);
      });
    }
  }

  @Test
  void answers_that_nobody_reads() {
    // Each loop may write one more at the moment that it is full.
    double most = 2 * field.node.metric("fastroom_http_buffer_limit_bytes") + (16 << 20);
    Consequence closed = Consequence.all(Consequence.counted(ANSWERS),
        Consequence.atMost("fastroom_http_buffer_bytes", most));
    field.hold("answers that nobody reads", closed, () -> {
      try (Sockets sockets = new Sockets()) {
        String path = "/rooms/" + room.id() + "/messages?limit=200";
        sockets.open(200, i -> new Assailant(field.node).get(path, field.attacker(i)).get(path, field.attacker(i))
            .get(path, field.attacker(i)));
        field.settle();
      }
    });
  }

  @Test
  void files_that_nobody_reads() {
    field.hold("files that nobody reads", Consequence.atMost("fastroom_direct_memory_bytes", 16 << 20), () -> {
      try (Sockets sockets = new Sockets()) {
        String some = FILE.repeat(FILES_EACH);
        sockets.open(200, i -> new Assailant(field.node).send(some));
        field.settle();
      }
    });
  }

  @Test
  void answers_in_a_pipe_that_nobody_reads() {
    field.hold("answers in a pipe that nobody reads", Consequence.atMost("fastroom_http_buffer_bytes", 16 << 20), () -> {
      try (Sockets sockets = new Sockets()) {
        String many = FILE.repeat(500);
        sockets.open(4, i -> new Assailant(field.node).send(many));
        field.settle();
      }
    });
  }

  @Test
  void bodies_that_never_end() {
    field.hold("bodies that never end", Consequence.counted(ANSWERS), () -> {
      try (Sockets sockets = new Sockets()) {
        byte[] most = "x".repeat(65_000).getBytes(StandardCharsets.US_ASCII);
        sockets.open(4_000, i -> new Assailant(field.node).send("POST /token HTTP/1.1\r\nHost: here\r\nContent-Type: "
            + "application/x-www-form-urlencoded\r\nContent-Length: 65536\r\n\r\n").send(most));
        field.settle();
      }
    });
  }
}
