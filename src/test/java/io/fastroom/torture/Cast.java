package io.fastroom.torture;

import io.fastroom.support.HookReceiver;
import io.fastroom.support.NodeProcess;
import io.fastroom.support.Person;
import io.fastroom.support.RoomRef;
import io.fastroom.torture.Entry.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Who takes part: people on sockets, on streams and by REST, a receiver with a hook of a room and one of all, and a
 * moderator.
 */
final class Cast {
  private static final int CLIENTS = 30;
  private static final int STREAMS = 2;
  private static final int DEVICES = 2;
  private static final int ROOMS = 5;
  private static final int ROOMS_EACH = 2;

  private final long seed;
  private final World world;
  private final Path diaries;
  private final List<NodeProcess> nodes;
  private final Person admin;
  private final List<RoomRef> rooms;
  private final List<TortureClient> clients = new ArrayList<>();
  private final List<StreamClient> streams = new ArrayList<>();
  private final List<RestClient> callers = new ArrayList<>();
  private final List<Viewer> viewers = new ArrayList<>();
  private final Map<String, HookClient> hooks = new HashMap<>();
  private final Warden warden;

  /** @param everybody also those who do not use sockets */
  Cast(long seed, World world, Path diaries, boolean everybody) throws SQLException {
    this.seed = seed;
    this.world = world;
    this.diaries = diaries;
    nodes = world.nodes();
    admin = Person.register(nodes.get(0), "admin");
    rooms = IntStream.range(0, ROOMS).mapToObj(i -> admin.createRoom(nodes.get(0))).toList();
    List<Person> people = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Person person = Person.register(nodes.get(i % nodes.size()), "user");
      List<RoomRef> own = new ArrayList<>(rooms);
      Collections.shuffle(own, new Random(seed + i));
      people.add(person);
      clients.add(new TortureClient(seed + i, person, nodes, own.subList(0, ROOMS_EACH), diary("client-" + i)));
    }
    if (everybody) {
      others(people);
    }
    warden = new Warden(seed, admin, nodes, rooms, people);
  }

  private void others(List<Person> people) throws SQLException {
    for (int i = 0; i < STREAMS; i++) {
      Person person = Person.register(nodes.get(i % nodes.size()), "reader");
      RoomRef room = rooms.get(i);
      person.on(nodes.get(0)).post(room.path() + "/join").expect(201);
      people.add(person);
      streams.add(new StreamClient(seed - i, person, nodes.stream().map(NodeProcess::url).toList(), room,
          diary("stream-" + i)));
    }
    Person person = Person.register(nodes.get(0), "caller");
    person.on(nodes.get(0)).post(rooms.get(0).path() + "/join").expect(201);
    people.add(person);
    callers.add(new RestClient(seed, person, nodes, rooms.get(0), diary("caller")));
    makeHooks();
    Person viewer = Person.register(nodes.get(0), "viewer");
    rooms.forEach(room -> viewer.on(nodes.get(0)).post(room.path() + "/join").expect(201));
    for (int i = 1; i <= DEVICES; i++) {
      viewers.add(new Viewer(seed + CLIENTS + i, "device " + i, viewer, nodes, rooms));
    }
  }

  private Diary diary(String name) {
    return new Diary(diaries.resolve(name + ".log"));
  }

  private void makeHooks() throws SQLException {
    Heads heads;
    try (Connection database = world.connect(); Statement sql = database.createStatement()) {
      sql.executeUpdate("UPDATE users SET role = 'admin' WHERE id = " + admin.id());
      heads = Heads.read(database);
    }
    HookReceiver receiver = world.receiver();
    receiver.answer = got -> hooks.get(got.path()).take(got);
    long first = rooms.get(0).id();
    hook("/room", rooms.get(0).path() + "/webhooks", Map.of(first, heads.of(first)), EnumSet.allOf(Kind.class));
    // One event at a time does not keep up with the chats of all rooms on a slow machine.
    hook("/all", "/admin/webhooks", heads.all(), EnumSet.complementOf(EnumSet.of(Kind.CHAT)));
  }

  private void hook(String path, String where, Map<Long, Long> begun, Set<Kind> kinds) {
    JsonObject wish = new JsonObject().put("url", world.receiver().url(path));
    wish.put("events", new JsonArray(kinds.stream().map(kind -> kind.name().toLowerCase(Locale.ROOT)).toList()));
    JsonObject made = admin.on(nodes.get(0)).post(where, wish).expect(201).json();
    hooks.put(path, new HookClient(seed + path.length(), "the hook " + path, begun, kinds, made.getString("secret"),
        diary("hook-" + path.substring(1))));
  }

  List<RoomRef> rooms() {
    return rooms;
  }

  Warden warden() {
    return warden;
  }

  Person admin() {
    return admin;
  }

  List<TortureClient> clients() {
    return clients;
  }

  /** Those on sockets and streams. */
  List<Witness> readers() {
    return Stream.of(clients, streams, viewers).<Witness>flatMap(List::stream).toList();
  }

  List<Viewer> viewers() {
    return viewers;
  }

  List<Witness> hooks() {
    return List.copyOf(hooks.values());
  }

  List<Witness> witnesses() {
    return Stream.of(readers(), hooks(), List.<Witness>copyOf(callers)).flatMap(List::stream).toList();
  }

  /** How many chats were answered. */
  int acknowledged() {
    return clients.stream().mapToInt(TortureClient::acknowledged).sum();
  }
}
