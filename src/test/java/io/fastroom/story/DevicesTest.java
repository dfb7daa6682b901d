package io.fastroom.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.fastroom.support.Backends;
import io.fastroom.support.Cluster;
import io.fastroom.support.Device;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.support.Until;
import io.fastroom.support.Ws;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Two people on two devices each, on three nodes of which one is killed: in the end everybody knows the same. */
class DevicesTest extends Story {
  private static final int ACTS = Integer.getInteger("fastroom.acts", 160);
  private static final Duration AGREED = Duration.ofSeconds(20);

  private final List<Person> people = List.of(person("alice"), person("bob"));
  private final List<RoomRef> rooms = new ArrayList<>();
  /** By room, whose message it is. */
  private final Map<RoomRef, Map<Long, Person>> messages = new TreeMap<>((a, b) -> Long.compare(a.id(), b.id()));
  private final Map<RoomRef, Long> heads = new TreeMap<>((a, b) -> Long.compare(a.id(), b.id()));
  private final Map<Person, Ws> reacting = new TreeMap<>((a, b) -> Long.compare(a.id(), b.id()));
  private Random random;

  @RepeatedTest(2)
  void all_devices_agree_after_a_node_was_killed(RepetitionInfo repetition) {
    random = new Random(Long.getLong("fastroom.seed", repetition.getCurrentRepetition()));
    furnish();
    try (NodeProcess doomed = new NodeProcess(Backends.postgres(), Backends.redis(), Cluster.UNLIMITED).start()) {
      List<NodeProcess> nodes = new ArrayList<>(List.of(one(), two(), doomed));
      List<Device> devices = List.of(device(0, one()), device(0, doomed), device(1, doomed), device(1, two()));
      for (int act = 0; act < ACTS; act++) {
        if (act == ACTS / 2) {
          doomed.kill9();
          nodes.remove(doomed);
          devices.get(1).move(two());
          devices.get(2).move(one());
        }
        act(nodes.get(random.nextInt(nodes.size())));
      }
      devices.forEach(this::agrees);
      people.forEach(this::nodesAgree);
    }
  }

  private void agrees(Device device) {
    Map<Long, Device.Entry> right = Device.truth(Backends.postgres()::connect, device.user, rooms);
    try {
      Until.holds("it shows what is true", AGREED, () -> device.shows().equals(right));
    } catch (AssertionError late) {
      assertThat(device.shows()).as("of " + device.user.name()).isEqualTo(right);
    }
  }

  private Device device(int person, NodeProcess node) {
    return closing(new Device(people.get(person), node));
  }

  /** Two rooms of both and what they say to each other alone. */
  private void furnish() {
    Person alice = people.get(0);
    Person bob = people.get(1);
    for (int i = 0; i < 2; i++) {
      RoomRef room = alice.createRoom(one());
      bob.on(two()).post(room.path() + "/join").expect(201);
      rooms.add(room);
    }
    JsonObject direct = bob.on(two()).post("/direct", new JsonObject().put("username", alice.name())).expect(201).json();
    rooms.add(new RoomRef(direct.getLong("id"), direct.getString("name")));
    for (RoomRef room : rooms) {
      messages.put(room, new TreeMap<>());
      heads.put(room, 0L);
    }
    for (Person each : people) {
      Ws ws = connect(each, one());
      rooms.forEach(room -> ws.join(room.name()));
      reacting.put(each, ws);
    }
  }

  private void act(NodeProcess node) {
    Person who = people.get(random.nextInt(2));
    RoomRef room = rooms.get(random.nextInt(rooms.size()));
    List<Long> said = List.copyOf(messages.get(room).keySet());
    int dice = said.isEmpty() ? 0 : random.nextInt(12);
    if (dice < 6) {
      say(node, who, room);
      return;
    }
    long id = said.get(random.nextInt(said.size()));
    Person author = messages.get(room).get(id);
    String message = room.path() + "/messages/" + id;
    switch (dice) {
      case 6 -> author.on(node).patch(message, new JsonObject().put("content", "edited " + random.nextInt())).expect(200);
      case 7 -> {
        author.on(node).delete(message).expect(204);
        messages.get(room).remove(id);
      }
      case 8 -> {
        // What is so already is not answered.
        reacting.get(who).send("react", "room", room.name(), "message_id", id, "emoji", "👍", "on", random.nextBoolean());
        reacting.get(who).barrier();
      }
      default -> who.on(node).send("PUT", room.path() + "/read", "application/json", "{\"seq\":"
          + random.nextLong(heads.get(room) + 1) + "}").expect(200);
    }
  }

  private void say(NodeProcess node, Person who, RoomRef room) {
    String to = random.nextInt(4) == 0 ? " @" + people.get(who == people.get(0) ? 1 : 0).name() : "";
    JsonObject said = who.on(node).post(room.path() + "/messages", new JsonObject().put("content", "hello" + to))
        .expect(201).json();
    messages.get(room).put(said.getLong("message_id"), who);
    heads.put(room, said.getLong("seq"));
  }

  /** Whoever asks either node anew is told the same, mentions and reactions included. */
  private void nodesAgree(Person person) {
    Map<RoomRef, JsonArray> lists = new TreeMap<>((a, b) -> Long.compare(a.id(), b.id()));
    for (NodeProcess node : List.of(one(), two())) {
      Ws ws = connect(person, node);
      ws.mark();
      ws.send("watch");
      JsonArray list = ws.await("the list", type("rooms")).getJsonArray("rooms");
      for (RoomRef room : rooms) {
        JsonObject entry = list.stream().map(JsonObject.class::cast).filter(each -> each.getLong("room_id") == room.id())
            .findFirst().orElseThrow();
        LogTables tables = new LogTables(Backends.postgres(), room);
        assertThat((long) entry.getInteger("mentions")).isEqualTo(tables.number("SELECT count(*) FROM messages"
            + " WHERE room_id = :room AND NOT deleted AND content LIKE '%@" + person.name() + "' AND seq > "
            + entry.getLong("read_seq")));
        JsonArray page = person.on(node).get(room.path() + "/messages?limit=200").expect(200).json().getJsonArray("items");
        assertThat(lists.computeIfAbsent(room, first -> page)).isEqualTo(page);
      }
    }
  }
}
