package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.presence.PresenceApi;
import io.fastroom.presence.PresenceApi.Entry;
import io.fastroom.presence.PresenceApi.Glance;
import io.fastroom.presence.PresenceApi.Join;
import io.fastroom.presence.PresenceApi.Leave;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.presence.PresenceApi.Refresh;
import io.fastroom.presence.PresenceApi.RefreshAll;
import io.fastroom.presence.PresenceApi.Restore;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Sweep;
import io.fastroom.presence.PresenceApi.Swept;
import io.fastroom.wire.EphemeralJson;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Presence of the live rooms: writes what this node's sockets do, hears what others do, tells hubs each change once, and
 * compares with Redis now and then so that whatever was lost on the way is mended.
 *
 * <p>While the node hears nothing from Redis it is frozen: who comes is told to this node's sockets, nobody is told to be
 * gone. Heartbeats are written all the same.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class PresenceTracker {
  static final int REFRESH_BATCH = 200;
  private static final int SWEEP_BATCH = 100;
  /** Versions are microseconds, mostly: what claims to be so much newer than Redis's last answer is not its own. */
  private static final long AHEAD = TimeUnit.HOURS.toMicros(1);

  private final Bus bus;
  private final PresenceDiffs diffs;
  private final Function<Long, LiveRoom> rooms;
  private final InTurn inTurn = new InTurn();
  private final long ttlNanos;
  private boolean redis = true;
  private boolean held;
  /** The last version that Redis itself has answered. */
  private long answered;

  /** @param ttl within which the node of a connection has written it again */
  PresenceTracker(Bus bus, PresenceDiffs diffs, Function<Long, LiveRoom> rooms, Duration ttl) {
    this.bus = bus;
    this.diffs = diffs;
    this.rooms = rooms;
    this.ttlNanos = ttl.toNanos();
  }

  // This node's sockets

  /**
   * Writes a connection. Never fails: what Redis did not take is written at the next refresh.
   *
   * @return the version, or null when Redis did not give one
   */
  Future<Long> write(LiveRoom room, String username, String connId) {
    if (!redis || room.sockets.has(connId)) {
      return Future.succeededFuture(null);
    }
    Join join = new Join(room.id, entry(room, username, connId));
    return inTurn.ask(List.of(connId), () -> bus.ask(PresenceApi.JOIN, join))
        .map(PresenceApi.Change::version)
        .onSuccess(version -> answered = Math.max(answered, version))
        .otherwiseEmpty();
  }

  /** Takes back a {@link #write} that came to nothing. */
  void erase(LiveRoom room, String username, String connId) {
    if (!room.sockets.has(connId)) {
      left(room, new RoomSockets.Conn(connId, 0, username, "", RoomSockets.Kind.PRESENT));
    }
  }

  /** A socket is no longer in the room. */
  Future<Void> left(LiveRoom room, RoomSockets.Conn conn) {
    if (!redis || !conn.isPresent()) {
      return Future.succeededFuture();
    }
    Leave leave = new Leave(room.id, entry(room, conn.username(), conn.connId()), false);
    return inTurn.ask(List.of(conn.connId()), () -> bus.ask(PresenceApi.LEAVE, leave))
        .map(change -> {
          if (change.changed()) {
            gone(room, conn.username(), change.version());
          }
          return (Void) null;
        })
        .otherwiseEmpty();
  }

  // What is heard, from whichever road

  /** @param version null when Redis was not asked */
  void joined(LiveRoom room, String username, Long version) {
    boolean news = version == null ? room.presence.joinUnconfirmed(username) : room.presence.join(username, version);
    if (news) {
      diffs.tell(room, username, true);
    }
  }

  void gone(LiveRoom room, String username, long version) {
    if (room.presence.leave(username, version)) {
      diffs.tell(room, username, false);
    }
  }

  void heard(LiveRoom room, EphemeralJson.PresenceDiff diff, long version) {
    if (answered > 0 && version > answered + AHEAD) {
      return; // No comparison would ever outdo it.
    }
    diff.joined().forEach(username -> joined(room, username, version));
    for (String username : diff.left()) {
      if (room.sockets.hasSocketOf(username)) {
        // Another program deleted the key of a socket that is here: it is written again.
        refresh(List.of(room));
      } else {
        gone(room, username, version);
      }
    }
  }

  void redis(boolean up) {
    redis = up;
  }

  boolean redis() {
    return redis;
  }

  // Upkeep

  /** Extends the keys of the node's connections in these rooms, and rewrites what Redis has lost of them. */
  void refresh(List<LiveRoom> some) {
    beat(some.stream().map(room -> new Beat(room, room.sockets.present())).toList());
  }

  /** Connections of a room whose heartbeats are to be written. */
  record Beat(LiveRoom room, List<RoomSockets.Conn> conns) { }

  /**
   * The same of some connections of each room; also while the node hears nothing, since that says nothing about whether
   * Redis takes what it writes, and others would tell of those as gone who are here.
   */
  void beat(List<Beat> beats) {
    List<Beat> together = new ArrayList<>();
    int size = 0;
    for (Beat beat : beats) {
      for (int from = 0; from < beat.conns.size(); from += REFRESH_BATCH) {
        List<RoomSockets.Conn> some = beat.conns.subList(from, Math.min(beat.conns.size(), from + REFRESH_BATCH));
        if (size + some.size() > REFRESH_BATCH) {
          beatTogether(together);
          together = new ArrayList<>();
          size = 0;
        }
        together.add(new Beat(beat.room, some));
        size += some.size();
      }
    }
    if (size > 0) {
      beatTogether(together);
    }
  }

  private void beatTogether(List<Beat> beats) {
    List<Refresh> questions = beats.stream().map(beat -> new Refresh(beat.room.id, beat.room.name(),
        beat.conns.stream().map(conn -> entry(beat.room, conn.username(), conn.connId())).toList())).toList();
    List<Integer> asked = beats.stream().map(beat -> beat.room.expiry.asked()).toList();
    bus.ask(PresenceApi.REFRESH_ALL, new RefreshAll(questions)).onSuccess(refreshed -> {
      for (int i = 0; i < beats.size(); i++) {
        LiveRoom room = beats.get(i).room;
        room.expiry.learn(asked.get(i), refreshed.get(i).quietUntil());
        restore(room, refreshed.get(i).lost());
      }
    });
  }

  /** Of those that Redis does not know the ones that are still here are written again; the others have just left. */
  private void restore(LiveRoom room, List<Entry> lost) {
    List<Entry> here = lost.stream()
        .filter(entry -> room.sockets.has(entry.connId()) && entry.room().equals(room.name())).toList();
    if (here.isEmpty()) {
      return;
    }
    Restore restore = new Restore(room.id, room.name(), here);
    inTurn.ask(here.stream().map(Entry::connId).toList(), () -> bus.ask(PresenceApi.RESTORE, restore))
        .onSuccess(done -> done.joined().forEach(username -> joined(room, username, done.version())));
  }

  /** Looks for connections whose node no longer refreshes them, where one may be due; and whether data was lost. */
  void sweep(List<LiveRoom> all) {
    if (!redis) {
      return;
    }
    long now = System.nanoTime();
    List<LiveRoom> due = all.stream().filter(room -> room.expiry.isDue(now)).toList();
    int from = 0;
    do {
      sweep(due.subList(from, Math.min(due.size(), from + SWEEP_BATCH)), all);
      from += SWEEP_BATCH;
    } while (from < due.size());
  }

  private void sweep(List<LiveRoom> some, List<LiveRoom> all) {
    List<RoomRef> rooms = some.stream().map(room -> new RoomRef(room.id, room.name())).toList();
    List<Integer> asked = some.stream().map(room -> room.expiry.asked()).toList();
    bus.ask(PresenceApi.SWEEP, new Sweep(rooms)).onSuccess(swept -> {
      for (int i = 0; i < some.size(); i++) {
        Long quietUntil = swept.quietUntil().get(some.get(i).id);
        if (quietUntil != null) {
          some.get(i).expiry.learn(asked.get(i), quietUntil);
        }
      }
      swept(all, swept);
    });
  }

  private void swept(List<LiveRoom> all, Swept swept) {
    held = swept.held();
    for (PresenceApi.Left left : swept.left()) {
      LiveRoom room = rooms.apply(left.roomId());
      if (room != null) {
        gone(room, left.username(), left.version());
      }
    }
    if (swept.dataLost()) {
      all.forEach(room -> room.expiry.forget());
      refresh(all);
    }
  }

  /** Compares the view with Redis: a lost message is mended here. */
  void compare(List<LiveRoom> some) {
    if (!redis || held) {
      return;
    }
    for (int from = 0; from < some.size(); from += SWEEP_BATCH) {
      compareTogether(some.subList(from, Math.min(some.size(), from + SWEEP_BATCH)));
    }
  }

  private void compareTogether(List<LiveRoom> some) {
    List<RoomRef> rooms = some.stream().map(room -> new RoomRef(room.id, room.name())).toList();
    bus.ask(PresenceApi.GLANCE, new Glance(rooms)).onSuccess(presents -> {
      for (int i = 0; i < some.size(); i++) {
        String name = rooms.get(i).room();
        if (presents.get(i) != null) {
          compared(some.get(i), name, presents.get(i));
        } else {
          LiveRoom room = some.get(i);
          bus.ask(PresenceApi.SNAPSHOT, new Snapshot(name)).onSuccess(present -> compared(room, name, present));
        }
      }
    });
    some.forEach(room -> room.presence.forget());
  }

  private void compared(LiveRoom room, String name, Present present) {
    if (!present.held() && redis && name.equals(room.name())) {
      compared(room, present);
    }
  }

  private void compared(LiveRoom room, Present present) {
    answered = Math.max(answered, present.version());
    // Of a key that was evicted its node hears at its next refresh, and writes it again.
    long patience = present.evicting() ? ttlNanos : 0;
    LocalPresence.Difference found =
        room.presence.compare(present.users(), present.version(), System.nanoTime(), patience);
    found.unknown().forEach(username -> joined(room, username, present.version()));
    for (String username : found.missing()) {
      if (!room.sockets.hasSocketOf(username)) {
        gone(room, username, present.version());
      }
    }
  }

  /** After a rename: the connections move to keys of the new name, without a word to anybody. */
  void renamed(LiveRoom room, String from) {
    room.expiry.forget();
    restore(room, room.sockets.present().stream().map(conn -> entry(room, conn.username(), conn.connId())).toList());
    for (RoomSockets.Conn conn : room.sockets.present()) {
      Leave leave = new Leave(room.id, new Entry(from, conn.username(), conn.connId()), true);
      inTurn.ask(List.of(conn.connId()), () -> bus.ask(PresenceApi.LEAVE, leave));
    }
  }

  private static Entry entry(LiveRoom room, String username, String connId) {
    return new Entry(room.name(), username, connId);
  }
}
