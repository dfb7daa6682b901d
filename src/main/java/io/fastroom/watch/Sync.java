package io.fastroom.watch;

import io.fastroom.bus.Bus;
import io.fastroom.model.ListedRoom;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.ExplainLoss;
import io.fastroom.persistence.UnreadApi.ListPlaces;
import io.fastroom.persistence.UnreadApi.ListRoomsOf;
import io.fastroom.persistence.UnreadApi.Loss;
import io.fastroom.persistence.UnreadApi.Places;
import io.fastroom.watch.WatchApi.Read;
import io.fastroom.wire.WatchJson;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the places of users what the database says: tells which rooms came and which went, and what was read elsewhere.
 *
 * <p>Thread: the WatchVerticle's. Limits: {@value #AT_ONCE} users at once, each twice a second at most.
 */
final class Sync {
  private static final int AT_ONCE = 8;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Bus bus;
  private final Watchlist list;
  private final Teller teller;
  private final Set<WatchedUser> wanted = new LinkedHashSet<>();
  private Refresher refresher;
  private Marks marks;
  private int underWay;

  Sync(Bus bus, Watchlist list, Teller teller) {
    this.bus = bus;
    this.list = list;
    this.teller = teller;
  }

  void with(Refresher theOne, Marks theirs) {
    refresher = theOne;
    marks = theirs;
  }

  /** The user's places may be others now. */
  void want(WatchedUser user) {
    wanted.add(user);
    tick();
  }

  /** To be called several times a second. */
  void tick() {
    long now = System.nanoTime();
    for (WatchedUser user : List.copyOf(wanted)) {
      if (list.user(user.id) != user) {
        wanted.remove(user);
      } else if (underWay < AT_ONCE && !user.syncing && now - user.syncedAt >= PAUSE_NANOS) {
        wanted.remove(user);
        user.syncing = true;
        underWay++;
        read(user).onComplete(done -> {
          underWay--;
          user.syncing = false;
          user.syncedAt = System.nanoTime();
        });
      }
    }
  }

  private Future<Void> read(WatchedUser user) {
    return bus.ask(UnreadApi.LIST_PLACES, new ListPlaces(user.id)).compose(places -> apply(user, places))
        .onFailure(away -> wanted.add(user));
  }

  /** The places as they were read from the database. Completes when those who watch have been told. */
  Future<Void> apply(WatchedUser user, Places places) {
    if (list.user(user.id) != user || places.version() < user.version) {
      return Future.succeededFuture();
    }
    boolean isNew = user.isNew();
    List<Long> added = new ArrayList<>();
    Set<Long> gone = new HashSet<>();
    for (long room : user.places.rooms()) {
      gone.add(room);
    }
    user.places.expect(places.places().size());
    for (UnreadApi.Place read : places.places()) {
      gone.remove(read.roomId());
      if (user.places.has(read.roomId())) {
        update(user, read);
      } else if (isNew) {
        list.add(user, read.roomId(), read.changedSeq(), read.readSeq());
      } else {
        added.add(read.roomId());
      }
    }
    if (isNew) {
      user.version = places.version();
      return Future.succeededFuture();
    }
    Future<Void> lost = gone.isEmpty() ? Future.succeededFuture() : lost(user, List.copyOf(gone));
    Future<Void> won = added.isEmpty() ? Future.succeededFuture() : won(user, added);
    return Future.all(lost, won).onSuccess(told -> user.version = Math.max(user.version, places.version())).mapEmpty();
  }

  private void update(WatchedUser user, UnreadApi.Place read) {
    PlaceTable places = user.places;
    long id = read.roomId();
    WatchedRoom room = list.room(id);
    boolean further = read.readSeq() > places.readSeq(id);
    boolean back = places.isFenced(id) && read.changedSeq() >= places.lostSeq(id);
    if (read.readSeq() < places.readSeq(id)) {
      // A failover has lost it, or it is on its way: what somebody has read stays read.
      marks.mark(new Read(user.id, id, places.readSeq(id), null));
    }
    places.advance(id, read.changedSeq(), read.readSeq());
    if (back) {
      places.unfence(id);
    }
    if (room == null || !room.has(user)) {
      return;
    }
    if (further) {
      teller.all(user.id, WatchJson.read(room.room.name(), id, read.readSeq(), null), Set.of());
    }
    if (further || back) {
      refresher.owe(user, room);
    }
  }

  private Future<Void> lost(WatchedUser user, List<Long> rooms) {
    rooms.forEach(room -> user.places.fence(room, Long.MAX_VALUE));
    return bus.ask(UnreadApi.EXPLAIN_LOSS, new ExplainLoss(user.id, rooms)).compose(losses -> {
      rooms.forEach(room -> lost(user, room, losses));
      list.told();
      return Future.<Void>succeededFuture();
    }).onFailure(away -> wanted.add(user));
  }

  private void lost(WatchedUser user, long room, Map<Long, Loss> losses) {
    if (!user.places.has(room) || list.user(user.id) != user) {
      return;
    }
    list.remove(user, room);
    if (losses.containsKey(room)) {
      teller.watchers(user.id, WatchJson.removed(room, losses.get(room).name().toLowerCase(Locale.ROOT)));
    } else {
      // It is the user's again by now: it went, and comes anew.
      teller.watchers(user.id, WatchJson.removed(room, "removed"));
      wanted.add(user);
    }
  }

  private Future<Void> won(WatchedUser user, List<Long> rooms) {
    return bus.ask(UnreadApi.LIST_ROOMS_OF, new ListRoomsOf(user.id, rooms)).compose(listed -> {
      listed.forEach(room -> {
        if (list.user(user.id) == user && !user.places.has(room.room().id())) {
          list.add(user, room.room().id(), room.changedSeq(), room.readSeq());
          shown(user, room);
          teller.watchers(user.id, WatchJson.added(room));
        }
      });
      list.told();
      return Future.<Void>succeededFuture();
    }).onFailure(away -> wanted.add(user));
  }

  /** The user is shown the room as it was read; what has become of it meanwhile is told after it. */
  void shown(WatchedUser user, ListedRoom listed) {
    WatchedRoom room = list.show(user, listed);
    if (listed.seq() > room.seq) {
      refresher.moved(room);
    } else if (room.seq > listed.seq() || user.places.readSeq(room.id()) > listed.readSeq()) {
      refresher.owe(user, room);
    }
  }
}
