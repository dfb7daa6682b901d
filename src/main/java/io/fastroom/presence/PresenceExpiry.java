package io.fastroom.presence;

import io.fastroom.model.NodeId;
import io.fastroom.presence.ExpiryGuard.Asked;
import io.fastroom.presence.PresenceApi.Left;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Sweep;
import io.fastroom.presence.PresenceApi.Swept;
import io.fastroom.redis.Channels;
import io.fastroom.redis.LuaScript;
import io.fastroom.wire.ChannelMessage;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * Notices that connections are gone whose node has died or does not refresh them any more, and tells all nodes. The two
 * looks that may take somebody out, both under the guard against a Redis that lost data, stood still or had its
 * clock set: what has expired in many rooms, and who is in one room.
 *
 * <p>Thread: the verticle's. Limits: a call finds {@value #DUE_A_CALL} expired connections in {@value #ROOMS_A_CALL}
 * rooms, a sweep makes {@value #CALLS} such calls at most.
 */
final class PresenceExpiry {
  private static final LuaScript DUE = LuaScript.load("version.lua", "guard.lua", "due.lua");
  private static final LuaScript PAGE = LuaScript.load("version.lua", "guard.lua", "page.lua");
  private static final LuaScript CHECK = LuaScript.load("version.lua", "guard.lua", "check.lua");
  private static final LuaScript GLANCE = LuaScript.load("version.lua", "guard.lua", "glance.lua");
  private static final int ROOMS_A_CALL = 100;
  /** Connections of a room. */
  private static final int GLANCE_MOST = 100;
  private static final int DUE_A_CALL = 256;
  private static final int CALLS = 40;

  private final PresenceScripts scripts;
  private final NodeId node;
  private final Channels channels;
  private final ExpiryGuard guard;
  private final long ttl;
  private final long keep;

  PresenceExpiry(PresenceScripts scripts, NodeId node, Channels channels, ExpiryGuard guard, long ttl, long keep) {
    this.scripts = scripts;
    this.node = node;
    this.channels = channels;
    this.guard = guard;
    this.ttl = ttl;
    this.keep = keep;
  }

  /** Some connections of a room by name. */
  record Page(boolean held, long version, List<String> members) { }

  /** What has become of connections. */
  record Checked(boolean held, long version, List<String> users, List<String> gone) { }

  Future<Swept> sweep(Sweep question) {
    List<RoomRef> rooms = question.rooms();
    boolean cluster = scripts.keys().cluster();
    int size = cluster ? 1 : ROOMS_A_CALL;
    Found found = new Found(new ArrayList<>(), new HashMap<>());
    List<Future<Boolean>> calls = new ArrayList<>();
    // Of a cluster each server would have to be asked, which is done with its rooms.
    if (rooms.isEmpty() && !cluster) {
      calls.add(sweep(rooms, found, 1));
    }
    for (int from = 0; from < rooms.size(); from += size) {
      calls.add(sweep(rooms.subList(from, Math.min(rooms.size(), from + size)), found, CALLS));
    }
    return Future.all(calls).map(all -> new Swept(List.copyOf(found.left), guard.takeLost(),
        calls.stream().anyMatch(Future::result), Map.copyOf(found.quietUntil)));
  }

  /** What a sweep has found so far. */
  private record Found(List<Left> left, Map<Long, Long> quietUntil) { }

  /** @return whether it was held */
  private Future<Boolean> sweep(List<RoomRef> rooms, Found found, int calls) {
    PresenceKeys keys = scripts.keys();
    String first = rooms.isEmpty() ? "" : rooms.get(0).room();
    long asking = System.nanoTime();
    List<String> names = guardKeys(keys, first);
    rooms.forEach(room -> names.add(keys.index(room.room())));
    Asked asked = guard.ask(keys.epoch(first));
    return scripts.run(DUE, names, now -> {
      List<Object> arguments = guard.arguments(asked, now, ttl, keep);
      arguments.add(DUE_A_CALL);
      return arguments;
    }).compose(answer -> {
      guard.learn(asked, answer.get(0), answer.get(2).toLong());
      guard.evicted(asked.key(), answer.get(3).toString());
      List<Future<Void>> checks = new ArrayList<>();
      for (int i = 5; i < answer.size(); i += 3) {
        RoomRef room = rooms.get(answer.get(i).toInteger());
        if (answer.get(i + 1).size() > 0) {
          checks.add(takeOut(room, strings(answer.get(i + 1)), found.left));
        }
        if (answer.get(i + 2).toLong() >= 0) {
          found.quietUntil.put(room.roomId(), asking + TimeUnit.MILLISECONDS.toNanos(answer.get(i + 2).toLong()));
        }
      }
      boolean held = answer.get(1).toInteger() == 1;
      boolean more = answer.get(4).toInteger() == 1 && calls > 1;
      return Future.all(checks)
          .compose(all -> more ? sweep(rooms, found, calls - 1) : Future.succeededFuture(held));
    });
  }

  private Future<Void> takeOut(RoomRef room, List<String> due, List<Left> left) {
    return check(room.room(), room.roomId(), due).map(checked -> {
      checked.gone().forEach(user -> left.add(new Left(room.roomId(), user, checked.version())));
      return null;
    });
  }

  /** Null for a room in which somebody may have to be taken out, or of which there is too much to be read at once. */
  Future<List<Present>> glance(List<RoomRef> rooms) {
    int size = scripts.keys().cluster() ? 1 : ROOMS_A_CALL;
    List<Future<List<Present>>> calls = new ArrayList<>();
    for (int from = 0; from < rooms.size(); from += size) {
      calls.add(glanceTogether(rooms.subList(from, Math.min(rooms.size(), from + size))));
    }
    return Future.all(calls).map(all -> calls.stream().flatMap(call -> call.result().stream()).toList());
  }

  private Future<List<Present>> glanceTogether(List<RoomRef> rooms) {
    PresenceKeys keys = scripts.keys();
    String first = rooms.get(0).room();
    List<String> names = guardKeys(keys, first);
    for (RoomRef room : rooms) {
      names.add(keys.index(room.room()));
      names.add(keys.connections(room.room()));
    }
    Asked asked = guard.ask(keys.epoch(first));
    return scripts.run(GLANCE, names, now -> {
      List<Object> arguments = guard.arguments(asked, now, ttl, keep);
      arguments.add(GLANCE_MOST);
      rooms.forEach(room -> arguments.add(keys.heartbeats(room.room())));
      return arguments;
    }).map(answer -> {
      guard.learn(asked, answer.get(0), answer.get(2).toLong());
      guard.evicted(asked.key(), answer.get(4).toString());
      boolean held = answer.get(1).toInteger() == 1;
      boolean evicting = guard.evicting(asked.key());
      List<Present> all = new ArrayList<>();
      for (int i = 5; i < answer.size(); i += 2) {
        all.add(answer.get(i + 1).toInteger() == 0 ? null
            : new Present(users(answer.get(i)), answer.get(3).toLong(), held, evicting));
      }
      return all;
    });
  }

  private static List<String> users(Response members) {
    return StreamSupport.stream(members.spliterator(), false).map(Response::toString)
        .map(member -> member.substring(0, member.lastIndexOf(':'))).distinct().sorted().toList();
  }

  Future<Present> snapshot(Snapshot question) {
    return new RoomWalk(this, question.room()).start();
  }

  Future<Page> page(String room, String from, int most) {
    PresenceKeys keys = scripts.keys();
    List<String> names = guardKeys(keys, room);
    names.add(keys.connections(room));
    Asked asked = guard.ask(keys.epoch(room));
    return scripts.run(PAGE, names, now -> {
      List<Object> arguments = guard.arguments(asked, now, ttl, keep);
      arguments.add(from);
      arguments.add(most);
      return arguments;
    }).map(answer -> {
      guard.learn(asked, answer.get(0), answer.get(2).toLong());
      String evicted = answer.get(5).toString();
      if (!evicted.isEmpty()) {
        guard.evicted(asked.key(), evicted);
      }
      return new Page(answer.get(1).toInteger() == 1, answer.get(3).toLong(), strings(answer.get(4)));
    });
  }

  /** Takes those out that are gone, and tells the other nodes. @param roomId 0 when not known */
  Future<Checked> check(String room, long roomId, List<String> members) {
    PresenceKeys keys = scripts.keys();
    List<String> names = guardKeys(keys, room);
    names.add(keys.index(room));
    names.add(keys.connections(room));
    members.forEach(member -> names.add(keys.heartbeats(room) + member));
    Asked asked = guard.ask(keys.epoch(room));
    return scripts.run(CHECK, names, now -> {
      List<Object> arguments = guard.arguments(asked, now, ttl, keep);
      arguments.addAll(List.of(guard.calm(asked.key()), channels.room(room), ChannelMessage.presenceHead(node, roomId),
          ChannelMessage.presenceTail(room)));
      arguments.addAll(members);
      return arguments;
    }).map(answer -> new Checked(answer.get(1).toInteger() == 1, answer.get(0).toLong(), strings(answer.get(2)),
        strings(answer.get(3))));
  }

  boolean evicting(String room) {
    return guard.evicting(scripts.keys().epoch(room));
  }

  private static List<String> guardKeys(PresenceKeys keys, String room) {
    return new ArrayList<>(List.of(keys.version(room), keys.epoch(room), keys.hold(room), keys.back(room)));
  }

  private static List<String> strings(Response list) {
    return StreamSupport.stream(list.spliterator(), false).map(Response::toString).toList();
  }
}
