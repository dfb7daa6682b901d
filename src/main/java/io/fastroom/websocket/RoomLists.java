package io.fastroom.websocket;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.bus.Repeat;
import io.fastroom.model.RoomNames;
import io.fastroom.model.Scope;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.FindRoom;
import io.fastroom.watch.WatchApi;
import io.fastroom.watch.WatchApi.ListRooms;
import io.fastroom.watch.WatchApi.Read;
import io.fastroom.watch.WatchApi.Tell;
import io.fastroom.watch.WatchApi.Told;
import io.fastroom.watch.WatchApi.Unwatch;
import io.fastroom.watch.WatchApi.Watch;
import io.fastroom.wire.WatchJson;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the sockets of one hub are told of their users' rooms. A reader that is too slow misses what it is told and gets the
 * whole list anew once it has caught up.
 *
 * <p>Thread: the event loop of its hub. Limits: {@value #PAGE} rooms are asked for at a time, the next when the socket has
 * taken most of them.
 */
final class RoomLists {
  /** As many as fit into a socket's queue, however long their last messages are. */
  private static final int PAGE = 40;

  private final Bus bus;
  private final LongObjectMap<List<Session>> byUser = new LongObjectHashMap<>();
  private final Map<Session, Watcher> watchers = new HashMap<>();

  RoomLists(Bus bus) {
    this.bus = bus;
  }

  /** A session that watches. */
  private static final class Watcher {
    /** It has had the whole list once. */
    private boolean begun;
    /** Something was not told since the socket had no room for it. */
    private boolean missed;
    /** The whole list is being sent. */
    private boolean listing;
    /** Completed when the socket has taken most of what it got; null while nobody waits for it. */
    private Promise<Void> low;
  }

  void add(Session session) {
    if (session.isStream()) {
      return;
    }
    List<Session> sessions = byUser.get(session.userId());
    if (sessions == null) {
      sessions = new ArrayList<>(1);
      byUser.put(session.userId(), sessions);
    }
    sessions.add(session);
  }

  void remove(Session session) {
    List<Session> sessions = byUser.get(session.userId());
    if (sessions != null && sessions.remove(session) && sessions.isEmpty()) {
      byUser.remove(session.userId());
    }
    end(session);
  }

  private void end(Session session) {
    Watcher watcher = watchers.remove(session);
    if (watcher != null) {
      bus.tell(WatchApi.UNWATCH, new Unwatch(session.connId(), session.userId()));
      low(watcher);
    }
  }

  void watch(Session session, ClientFrame.Watch frame) {
    Watcher watcher = watchers.computeIfAbsent(session, one -> new Watcher());
    session.gate().alone(list(session, watcher, frame.ref()), answer -> {
      if (answer.failed()) {
        if (!watcher.begun) {
          end(session);
        }
        session.refuse(answer.cause(), frame.ref(), null);
      }
    });
  }

  private Future<Void> list(Session session, Watcher watcher, String ref) {
    watcher.listing = true;
    watcher.missed = false;
    return bus.ask(WatchApi.WATCH, new Watch(session.connId(), session.userId()))
        .compose(ids -> pages(session, watcher, ids, ref))
        .onComplete(done -> {
          watcher.listing = false;
          watcher.begun |= done.succeeded();
          watcher.missed |= done.failed();
          if (watchers.get(session) != watcher) {
            // Gone before it was known as one that watches.
            bus.tell(WatchApi.UNWATCH, new Unwatch(session.connId(), session.userId()));
          }
        });
  }

  private Future<Void> pages(Session session, Watcher watcher, List<Long> ids, String ref) {
    int[] from = {0};
    return Repeat.whileTrue(() -> {
      int to = Math.min(ids.size(), from[0] + PAGE);
      return bus.ask(WatchApi.LIST, new ListRooms(session.userId(), ids.subList(from[0], to))).compose(rooms -> {
        from[0] = to;
        boolean more = to < ids.size();
        WatchJson.rooms(rooms, FrameSize.MAX, more, ref).forEach(json -> session.send(json, null));
        return more ? whenLow(session, watcher).map(taken -> watchers.get(session) == watcher)
            : Future.succeededFuture(false);
      });
    });
  }

  private static Future<Void> whenLow(Session session, Watcher watcher) {
    if (session.isClosing() || session.outbox().isLow()) {
      return Future.succeededFuture();
    }
    watcher.low = watcher.low == null ? Promise.promise() : watcher.low;
    return watcher.low.future();
  }

  private static void low(Watcher watcher) {
    Promise<Void> waiting = watcher.low;
    watcher.low = null;
    if (waiting != null) {
      waiting.complete();
    }
  }

  /** By the room's name, which need not be one that the socket has joined. */
  void read(Session session, ClientFrame.Read frame) {
    Subscription subscription = session.subscriptions().find(frame.room());
    Future<Long> room = subscription != null ? Future.succeededFuture(subscription.room.id)
        : bus.ask(PersistenceApi.FIND_ROOM, new FindRoom(session.userId(), RoomNames.normal(frame.room())))
            .map(found -> found.room().id());
    session.gate().beside(room.compose(id -> bus.ask(WatchApi.READ,
        new Read(session.userId(), id, frame.seq(), session.connId()))
        .map(marked -> WatchJson.read(marked.room(), id, marked.seq(), frame.ref()))), answer -> {
      if (answer.failed()) {
        session.refuse(Refused.of(answer.cause()), frame.ref(), frame.room());
      } else {
        session.send(answer.result(), null);
      }
    });
  }

  void told(Told told) {
    for (Tell tell : told.tells()) {
      List<Session> sessions = byUser.get(tell.userId());
      if (sessions != null) {
        sessions.forEach(session -> told(session, tell));
      }
    }
  }

  private void told(Session session, Tell tell) {
    Watcher watcher = watchers.get(session);
    if (tell.watching() && watcher == null || session.isClosing() || !mayRead(session)
        || tell.except().contains(session.connId())
        || tell.besides() > 0 && session.subscriptions().find(tell.besides()) != null) {
      return;
    }
    if (session.outbox().hasRoomFor(tell.json().length)) {
      session.outbox().send(tell.json(), null);
    } else if (watcher != null) {
      watcher.missed = true;
    }
  }

  /** A key may be for other things. */
  private static boolean mayRead(Session session) {
    return session.principal().refuses(Scope.READ) == null;
  }

  /** To be called about every second. */
  void tick() {
    for (Map.Entry<Session, Watcher> each : List.copyOf(watchers.entrySet())) {
      Session session = each.getKey();
      Watcher watcher = each.getValue();
      if (session.isClosing() || session.outbox().isLow()) {
        low(watcher);
        if (watcher.missed && !watcher.listing && !session.isClosing()) {
          list(session, watcher, null);
        }
      }
    }
  }
}
