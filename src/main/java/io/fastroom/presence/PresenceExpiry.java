package io.fastroom.presence;

import io.fastroom.model.NodeId;
import io.fastroom.presence.PresenceApi.Left;
import io.fastroom.presence.PresenceApi.Present;
import io.fastroom.presence.PresenceApi.RoomRef;
import io.fastroom.presence.PresenceApi.Snapshot;
import io.fastroom.presence.PresenceApi.Sweep;
import io.fastroom.presence.PresenceApi.Swept;
import io.fastroom.redis.Channels;
import io.fastroom.redis.LuaScript;
import io.fastroom.redis.RedisLink;
import io.fastroom.wire.ChannelMessage;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The two looks that may take somebody out, both under the guard against a Redis that lost data or stood still: what
 * has expired in many rooms, and who is in one room.
 *
 * <p>Thread: the verticle's. Limits: a call looks at 256 expired connections of 100 rooms; a sweep makes 40 such calls
 * at most.
 */
final class PresenceExpiry {
  private static final LuaScript SWEEP = LuaScript.load("guard.lua", "sweep.lua");
  private static final LuaScript SNAPSHOT = LuaScript.load("guard.lua", "snapshot.lua");
  private static final int ROOMS_A_CALL = 100;
  private static final int ENTRIES_A_CALL = 256;
  private static final int CALLS = 40;

  private final RedisLink redis;
  private final Supplier<PresenceKeys> names;
  private final NodeId node;
  private final ExpiryGuard continuity;
  private final long ttl;
  private final long keep;

  PresenceExpiry(RedisLink redis, Supplier<PresenceKeys> names, NodeId node, ExpiryGuard continuity, long ttl,
                long keep) {
    this.redis = redis;
    this.names = names;
    this.node = node;
    this.continuity = continuity;
    this.ttl = ttl;
    this.keep = keep;
  }

  Future<Swept> sweep(Sweep question) {
    List<RoomRef> rooms = question.rooms();
    int size = names.get().cluster() ? 1 : ROOMS_A_CALL;
    List<Left> left = new ArrayList<>();
    List<Future<Boolean>> calls = new ArrayList<>();
    for (int from = 0; from < rooms.size(); from += size) {
      calls.add(sweep(rooms.subList(from, Math.min(rooms.size(), from + size)), left, CALLS));
    }
    return Future.all(calls).map(all ->
        new Swept(List.copyOf(left), continuity.takeLost(), calls.stream().anyMatch(Future::result)));
  }

  /** @return whether it was held */
  private Future<Boolean> sweep(List<RoomRef> rooms, List<Left> left, int calls) {
    PresenceKeys keys = names.get();
    String first = rooms.get(0).room();
    List<String> all = new ArrayList<>(List.of(keys.epoch(first), keys.hold(first)));
    List<Object> args = guard(keys.epoch(first));
    args.add(ENTRIES_A_CALL);
    for (RoomRef room : rooms) {
      all.add(keys.index(room.room()));
      all.add(keys.connections(room.room()));
      args.addAll(List.of(keys.heartbeats(room.room()), Channels.room(room.room()),
          ChannelMessage.presenceHead(node, room.roomId()), ChannelMessage.presenceTail(room.room())));
    }
    long sentAt = System.nanoTime();
    return SWEEP.run(redis, all, args).compose(answer -> {
      continuity.learn(all.get(0), (String) args.get(0), answer.get(0), sentAt, answer.get(4).toLong());
      for (int i = 5; i < answer.size(); i += 2) {
        long roomId = rooms.get(answer.get(i).toInteger()).roomId();
        for (Response user : answer.get(i + 1)) {
          left.add(new Left(roomId, user.toString(), answer.get(1).toLong()));
        }
      }
      boolean more = answer.get(3).toInteger() == 1 && calls > 1;
      return more ? sweep(rooms, left, calls - 1) : Future.succeededFuture(answer.get(2).toInteger() == 1);
    });
  }

  Future<Present> snapshot(Snapshot question) {
    String room = question.room();
    PresenceKeys keys = names.get();
    List<Object> args = guard(keys.epoch(room));
    args.addAll(List.of(keys.heartbeats(room), Channels.room(room), ChannelMessage.presenceHead(node, 0),
        ChannelMessage.presenceTail(room)));
    List<String> all = List.of(keys.epoch(room), keys.hold(room), keys.index(room), keys.connections(room));
    long sentAt = System.nanoTime();
    return SNAPSHOT.run(redis, all, args).map(answer -> {
      continuity.learn(keys.epoch(room), (String) args.get(0), answer.get(0), sentAt, answer.get(3).toLong());
      List<String> users = new ArrayList<>();
      answer.get(4).forEach(user -> users.add(user.toString()));
      Collections.sort(users);
      return new Present(List.copyOf(users), answer.get(1).toLong(), answer.get(2).toInteger() == 1);
    });
  }

  /** The arguments of {@code guard.lua}. */
  private List<Object> guard(String epochKey) {
    return new ArrayList<>(List.of(continuity.epoch(epochKey), UUID.randomUUID().toString(), continuity.expected(),
        continuity.wish(), ExpiryGuard.HOLD_MILLIS, ttl, keep));
  }
}
