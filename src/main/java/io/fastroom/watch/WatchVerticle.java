package io.fastroom.watch;

import io.fastroom.bridge.BridgeApi;
import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.model.Committed;
import io.fastroom.model.ListedRoom;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.ChatApi;
import io.fastroom.persistence.ChatApi.CommittedAll;
import io.fastroom.persistence.UnreadApi;
import io.fastroom.persistence.UnreadApi.ListPlaces;
import io.fastroom.persistence.UnreadApi.ListRoomsOf;
import io.fastroom.persistence.UnreadApi.Mark;
import io.fastroom.watch.WatchApi.ListRooms;
import io.fastroom.watch.WatchApi.Watch;
import io.fastroom.wire.WatchHints;
import io.fastroom.wire.WatchJson;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Owns the lists of rooms that the users of a node watch, one instance a node.
 *
 * <p>Thread: its event loop owns all state of the package.
 */
public final class WatchVerticle extends VerticleBase {
  private static final long TICK_MILLIS = 100;
  private static final long SECOND_MILLIS = 1_000;

  private final Bus bus;
  private final WatchMetrics metrics;
  private final Watchlist list;
  private Teller teller;
  private Sync sync;
  private Refresher refresher;
  private Comparison comparison;
  private Marks marks;
  private Hints hints;

  public WatchVerticle(Bus bus, MeterRegistry registry) {
    this(bus, registry, Watchlist.limit());
  }

  WatchVerticle(Bus bus, MeterRegistry registry, long limit) {
    this.bus = bus;
    this.metrics = new WatchMetrics(registry);
    this.list = new Watchlist(metrics, limit);
  }

  @Override
  public Future<?> start() {
    teller = new Teller(bus, context);
    sync = new Sync(bus, list, teller);
    refresher = new Refresher(bus, list, teller, sync::want, metrics);
    marks = new Marks(bus, vertx, metrics, this::read);
    sync.with(refresher, marks);
    comparison = new Comparison(bus, list, refresher, sync, metrics);
    hints = new Hints(bus);
    vertx.setPeriodic(TICK_MILLIS, timer -> {
      hints.flush();
      refresher.tick();
      sync.tick();
    });
    vertx.setPeriodic(SECOND_MILLIS, timer -> {
      refresher.forget();
      comparison.everySecond();
    });
    return Future.all(List.of(
        bus.hear(ChatApi.COMMITTED, this::committed),
        bus.hear(UnreadApi.MOVED, moved -> moved.userIds().forEach(this::moved)),
        bus.hear(UnreadApi.THINNED, thinned -> {
          hints.thinned(thinned.roomId(), thinned.seq());
          thinned(thinned.roomId(), thinned.seq());
        }),
        bus.hear(BridgeApi.HINTED, hint -> hinted(hint.hints())),
        bus.hear(WatchApi.UNWATCH, end -> list.end(end.userId(), end.connId())),
        bus.answer(WatchApi.WATCH, this::watch),
        bus.answer(WatchApi.LIST, this::list),
        bus.answer(WatchApi.READ, marks::mark)));
  }

  // Questions

  private Future<List<Long>> watch(Watch question) {
    WatchedUser before = list.user(question.userId());
    boolean again = before != null && before.conns.contains(question.connId());
    WatchedUser user = list.begin(question.userId(), question.connId());
    return bus.ask(UnreadApi.LIST_PLACES, new ListPlaces(user.id))
        .map(places -> {
          if (before == null && !list.hasPlacesFor(places.places().size())) {
            metrics.refused();
            throw new Refused(Problem.UNAVAILABLE, "The node watches as many rooms as it may");
          }
          sync.apply(user, places);
          list.told();
          teller.flush();
          return places.places().stream().map(UnreadApi.Place::roomId).toList();
        })
        .onFailure(refused -> {
          if (!again) {
            list.end(question.userId(), question.connId());
          }
        });
  }

  private Future<List<ListedRoom>> list(ListRooms question) {
    return bus.ask(UnreadApi.LIST_ROOMS_OF, new ListRoomsOf(question.userId(), question.roomIds())).map(rooms -> {
      WatchedUser user = list.user(question.userId());
      if (user == null) {
        throw new Refused(Problem.UNAVAILABLE);
      }
      List<ListedRoom> shown = new ArrayList<>(rooms.size());
      for (ListedRoom room : rooms) {
        long id = room.room().id();
        if (user.places.has(id) && !user.places.isFenced(id)) {
          shown.add(room.readTo(user.places.readSeq(id)));
          sync.shown(user, room);
        }
      }
      list.told();
      teller.flush();
      return shown;
    });
  }

  // Facts

  private void committed(CommittedAll all) {
    for (Committed committed : all.events()) {
      RoomEvent event = committed.event();
      hints.head(event.roomId(), event.seq());
      head(event.roomId(), event.seq());
      if (event instanceof RoomEvent.MemberUpdate update) {
        moved(update.member().userId());
      }
    }
  }

  private void moved(long userId) {
    hints.user(userId);
    changed(userId);
  }

  private void hinted(WatchHints told) {
    told.heads().forEach(this::head);
    told.users().forEach(this::changed);
    told.reads().forEach(read -> read(read, Set.of()));
    told.thinned().forEach(this::thinned);
  }

  private void head(long roomId, long seq) {
    WatchedRoom room = list.room(roomId);
    if (room != null && seq > room.seq) {
      refresher.moved(room);
    }
  }

  private void thinned(long roomId, long seq) {
    WatchedRoom room = list.room(roomId);
    if (room != null) {
      refresher.thinned(room, seq);
    }
  }

  private void changed(long userId) {
    WatchedUser user = list.user(userId);
    if (user != null) {
      sync.want(user);
    }
  }

  private void read(Mark mark, UnreadApi.Marked marked, Set<String> except) {
    WatchHints.Read read =
        new WatchHints.Read(mark.userId(), mark.roomId(), marked.room(), marked.seq(), marked.version());
    hints.read(read);
    read(read, except);
  }

  private void read(WatchHints.Read read, Set<String> except) {
    WatchedUser user = list.user(read.userId());
    boolean has = user != null && user.places.has(read.roomId());
    boolean isOld = user != null && read.version() <= user.version;
    if (user != null && read.version() == user.version + 1) {
      user.version = read.version();
    }
    boolean lost = user != null && !user.isNew() && (!has || user.places.isFenced(read.roomId()));
    if (lost || has && read.seq() <= user.places.readSeq(read.roomId())) {
      return;
    }
    teller.all(read.userId(), WatchJson.read(read.room(), read.roomId(), read.seq(), null), except);
    if (has) {
      if (isOld) {
        // It would be known: a failover has lost others, and the database counts their numbers once more.
        sync.want(user);
      }
      user.places.advance(read.roomId(), 0, read.seq());
      WatchedRoom room = list.room(read.roomId());
      if (room != null && read.seq() < room.seq) {
        refresher.owe(user, room);
      }
    }
  }
}
