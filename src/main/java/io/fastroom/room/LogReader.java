package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.PersistenceApi;
import io.fastroom.persistence.PersistenceApi.LoadRoom;
import io.fastroom.persistence.PersistenceApi.LogPage;
import io.fastroom.persistence.PersistenceApi.ReadLog;
import io.fastroom.room.RoomApi.Events;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a room's log for those who are behind: from the tail, and beyond it from PostgreSQL in such a way that a thousand
 * clients who come back at once cost one reading.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class LogReader {
  /** How far back a client may resume. */
  static final long MAX_EVENTS = 10_000;
  static final Duration MAX_AGE = Duration.ofDays(7);
  /** Clients of one storm differ by little in how far they got: reading a bit more serves those behind the first one. */
  private static final int MARGIN = 256;
  private static final int PAGE = 1000;
  /** What the tails that were extended may hold together: a client that asks for much of many rooms gets it page by page. */
  private static final int MAX_EXTENDED = 100_000;

  private final Bus bus;
  private final Healer healer;
  private final Rooms rooms;

  LogReader(Bus bus, Healer healer, Rooms rooms) {
    this.bus = bus;
    this.healer = healer;
    this.rooms = rooms;
  }

  /** Whether everything after {@code since} can be replayed. */
  Future<Boolean> canResume(LiveRoom room, long since) {
    // The client may have been ahead on another node.
    return healer.catchUp(room, since).compose(ahead -> {
      if (since > room.released() || room.released() - since > MAX_EVENTS) {
        return Future.succeededFuture(false);
      }
      return after(room, since).map(missed -> recentEnough(missed.events()));
    });
  }

  private static boolean recentEnough(List<EncodedEvent> missed) {
    return missed.isEmpty() || missed.get(0).event().ts().isAfter(Instant.now().minus(MAX_AGE));
  }

  /** What of the events after {@code since} can be told at once: nothing when they are not in the tail. */
  List<EncodedEvent> firstPage(LiveRoom room, long since) {
    return covers(room, since) ? List.copyOf(room.tail.after(since)) : List.of();
  }

  /** The next events after {@code seq}, wherever they are. */
  Future<Events> after(LiveRoom room, long seq) {
    if (covers(room, seq)) {
      return Future.succeededFuture(fromTail(room, seq));
    }
    if (room.released() - seq <= MAX_EVENTS && roomForMore()) {
      return reachBack(room, seq).compose(reached -> after(room, seq));
    }
    return bus.ask(PersistenceApi.READ_LOG, new ReadLog(room.id, seq, Tail.PAGE_EVENTS))
        // A text may bear an edit that has not been released yet: first release what the reading has seen.
        .compose(page -> healer.catchUp(room, page.head()).map(caughtUp -> new Events(items(room, page), false)));
  }

  private static boolean covers(LiveRoom room, long seq) {
    return seq >= room.tail.start(room.released());
  }

  private boolean roomForMore() {
    return rooms.all().stream().filter(room -> room.tail.isExtended()).mapToInt(room -> room.tail.size()).sum()
        < MAX_EXTENDED;
  }

  private static Events fromTail(LiveRoom room, long seq) {
    List<EncodedEvent> events = room.tail.after(seq);
    long last = events.isEmpty() ? seq : events.get(events.size() - 1).event().seq();
    return new Events(List.copyOf(events), last >= room.released());
  }

  private static List<EncodedEvent> items(LiveRoom room, LogPage page) {
    List<EncodedEvent> items = new ArrayList<>();
    for (RoomEvent event : page.events()) {
      if (event.seq() <= room.released()) {
        RoomEvent named = event.in(room.name());
        items.add(new EncodedEvent(named, EventJson.encode(named)));
      }
    }
    return items;
  }

  /** Extends the tail back to {@code seq}; those who want it meanwhile wait for the same reading. */
  private Future<Void> reachBack(LiveRoom room, long seq) {
    if (room.extending == null) {
      room.tail.extend();
      long to = room.tail.start(room.released());
      Future<Void> extending = read(room, Math.max(0, seq - MARGIN), to, new ArrayList<>());
      room.extending = extending;
      extending.onComplete(done -> room.extending = null);
      return extending;
    }
    return room.extending;
  }

  private Future<Void> read(LiveRoom room, long from, long to, List<RoomEvent> read) {
    int limit = (int) Math.min(PAGE, to - from);
    return bus.ask(PersistenceApi.READ_LOG, new ReadLog(room.id, from, limit)).compose(page -> {
      page.events().forEach(event -> read.add(event.in(room.name())));
      long last = page.events().isEmpty() ? to : page.events().get(page.events().size() - 1).seq();
      if (last < to) {
        return read(room, last, to, read);
      }
      return healer.catchUp(room, page.head()).map(caughtUp -> {
        room.tail.prepend(read);
        return null;
      });
    });
  }

  /** After deletions: reads the last messages anew. */
  Future<Void> refill(LiveRoom room) {
    if (!room.recent.isShort()) {
      return Future.succeededFuture();
    }
    return bus.ask(PersistenceApi.LOAD_ROOM, new LoadRoom(room.id, 0)).map(loaded -> {
      room.recent.reset(room.id, room.name(), loaded.lastMessages(), room.released());
      return null;
    });
  }
}
