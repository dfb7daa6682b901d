package io.fastroom.room;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bridge.BridgeApi.Subscribe;
import io.fastroom.bridge.BridgeApi.Unsubscribe;
import io.fastroom.bus.Bus;
import io.fastroom.model.Room;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LoadRoom;
import io.fastroom.persistence.LogApi.LoadedRoom;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.wire.Received;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The live rooms of the node, by id and by the name they have now.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class Rooms {
  /** A room stays live for a while after its last socket, so that a reconnect storm finds its tail, in nanoseconds. */
  private static final long LINGER_NANOS = 60_000_000_000L;
  /** How long a room waits for Redis before it becomes live without it. */
  private static final long REDIS_MILLIS = 2500;
  static final int TAIL_AT_FIRST = 128;
  /** What is heard beyond is found by the comparisons with the log and with Redis. */
  private static final int MAX_HEARD = 10_000;
  private static final Present NOBODY = new Present(List.of(), 0, true, false);

  private final Bus bus;
  private final RoomMetrics metrics;
  private final LiveRoom.Listener listener;
  private final RoomMemory memory;
  private final Map<Long, LiveRoom> byId = new HashMap<>();
  private final Map<String, LiveRoom> byName = new HashMap<>();
  private final Map<Long, Loading> loading = new HashMap<>();
  private final Consumer<Received> replay;

  /** A room that is being read, and what its channel has brought meanwhile. */
  private static final class Loading {
    final String name;
    final List<Received> heard = new ArrayList<>();
    Future<LiveRoom> room;

    Loading(String name) {
      this.name = name;
    }
  }

  /** @param replay takes what came for a room while it was being read */
  Rooms(Bus bus, RoomMetrics metrics, RoomMemory memory, LiveRoom.Listener listener, Consumer<Received> replay) {
    this.replay = replay;
    this.bus = bus;
    this.metrics = metrics;
    this.memory = memory;
    this.listener = listener;
  }

  /** @return null when it is not live here */
  LiveRoom byId(long id) {
    return byId.get(id);
  }

  /** @return null when it is not live here */
  LiveRoom byName(String name) {
    return byName.get(name);
  }

  List<LiveRoom> all() {
    return new ArrayList<>(byId.values());
  }

  int size() {
    return byId.size();
  }

  /**
   * Makes a room live: subscribes to its channel first and reads it afterwards, so that nothing is missed in between.
   */
  Future<LiveRoom> live(Room room) {
    LiveRoom live = byId.get(room.id());
    if (live != null) {
      return Future.succeededFuture(live);
    }
    Loading under = loading.get(room.id());
    if (under != null) {
      return under.room;
    }
    Loading load = new Loading(room.name());
    loading.put(room.id(), load);
    load.room = bus.ask(BridgeApi.SUBSCRIBE, new Subscribe(room.name()))
        .timeout(REDIS_MILLIS, TimeUnit.MILLISECONDS)
        .recover(away -> Future.succeededFuture())
        .compose(subscribed -> load(room));
    load.room.onComplete(done -> {
      loading.remove(room.id());
      unsubscribe(room.name());
    });
    load.room.onSuccess(done -> load.heard.forEach(replay));
    return load.room;
  }

  /** Something was heard of a room that is not live: one that is being read may have been read before that happened. */
  void missed(Received message) {
    for (Loading load : loading.values()) {
      if (load.name.equals(message.room()) && load.heard.size() < MAX_HEARD) {
        load.heard.add(message);
      }
    }
  }

  private Future<LiveRoom> load(Room room) {
    Future<Present> present = bus.ask(PresenceApi.SNAPSHOT, new Snapshot(room.name()))
        .timeout(REDIS_MILLIS, TimeUnit.MILLISECONDS)
        .recover(away -> Future.succeededFuture(NOBODY));
    return bus.ask(LogApi.LOAD_ROOM, new LoadRoom(room.id(), TAIL_AT_FIRST))
        .compose(loaded -> present.map(users -> start(room.name(), loaded, users)));
  }

  private LiveRoom start(String subscribed, LoadedRoom loaded, Present present) {
    LiveRoom room = new LiveRoom(loaded.room().id(), loaded.room().name(), loaded.head(), listener);
    room.begin(loaded, loaded.head());
    metrics.holes(LogReader.holes(loaded.tailStart(), loaded.tail(), loaded.head()));
    present.users().forEach(user -> room.presence.join(user, present.version()));
    byId.put(room.id, room);
    byName.put(room.name(), room);
    memory.used(room);
    if (!room.name().equals(subscribed)) {
      bus.ask(BridgeApi.SUBSCRIBE, new Subscribe(room.name()));
    }
    return room;
  }

  /** The room is already known by its new name. Completes when its new channel is subscribed. */
  Future<Void> renamed(LiveRoom room, String from, String to) {
    byName.remove(from, room);
    byName.put(to, room);
    Future<Void> heard = bus.ask(BridgeApi.SUBSCRIBE, new Subscribe(to)).recover(away -> Future.succeededFuture());
    unsubscribe(from);
    return heard;
  }

  void remove(LiveRoom room) {
    if (byId.remove(room.id, room)) {
      byName.remove(room.name(), room);
      memory.removed(room);
      unsubscribe(room.name());
    }
  }

  void removeIdle() {
    all().stream().filter(room -> room.sockets.emptyFor() > LINGER_NANOS).forEach(this::remove);
  }

  /** Unless a room has the name, or one that is being read. */
  private void unsubscribe(String name) {
    if (!byName.containsKey(name) && loading.values().stream().noneMatch(load -> load.name.equals(name))) {
      bus.tell(BridgeApi.UNSUBSCRIBE, new Unsubscribe(name));
    }
  }
}
