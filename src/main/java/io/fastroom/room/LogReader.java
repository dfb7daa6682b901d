package io.fastroom.room;

import io.fastroom.bus.Bus;
import io.fastroom.bus.Refused;
import io.fastroom.bus.Repeat;
import io.fastroom.model.Position;
import io.fastroom.model.Problem;
import io.fastroom.model.RoomEvent;
import io.fastroom.persistence.LogApi;
import io.fastroom.persistence.LogApi.LoadRoom;
import io.fastroom.persistence.LogApi.LogPage;
import io.fastroom.persistence.LogApi.ReadLog;
import io.fastroom.persistence.LogPageSize;
import io.fastroom.room.RoomApi.Events;
import io.fastroom.settings.Settings;
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
  /** What one reading may bring into memory, about. */
  static final long PAGE_BYTES = 1 << 20;
  /** What the tails that were extended may hold together: a client that asks for much of many rooms gets it page by page. */
  private static final int MAX_EXTENDED = 100_000;

  private final Bus bus;
  private final Healer healer;
  private final Rooms rooms;
  private final RoomMetrics metrics;
  private final RoomMemory memory;
  private final Settings.Retention retention;

  LogReader(Bus bus, Healer healer, Rooms rooms, RoomMetrics metrics, RoomMemory memory,
            Settings.Retention retention) {
    this.retention = retention;
    this.bus = bus;
    this.healer = healer;
    this.rooms = rooms;
    this.metrics = metrics;
    this.memory = memory;
  }

  /**
   * Whether everything after {@code since} can be replayed to a client that has everything up to it.
   *
   * @param since its {@code ts} null when the client did not say
   */
  Future<Boolean> canResume(LiveRoom room, Position since, long userId) {
    long seq = since.seq();
    // The client may have been ahead on another node.
    return healer.catchUp(room, seq).compose(ahead -> {
      if (seq > room.released() || room.released() - seq > MAX_EVENTS
          || seq == 0 && since.ts() != null && !Position.sameTime(since.ts(), room.createdAt())) {
        return Future.succeededFuture(false);
      }
      return after(room, Math.max(0, seq - 1), userId).map(page -> isKnown(since, page.events())
          && isRecent(room, since, page.events()));
    });
  }

  /** @param page begins with the event at {@code since}, if there is one */
  private static boolean isKnown(Position since, List<EncodedEvent> page) {
    RoomEvent first = page.isEmpty() ? null : page.get(0).event();
    if (since.seq() == 0) {
      return true;
    }
    if (since.ts() != null) {
      return first != null && since.isSame(first.seq(), first.ts());
    }
    // A hole on both sides tells nothing: what has been removed there may be more than an event.
    return first == null || first.seq() <= since.seq() + 1;
  }

  /** Of a hole right after {@code since} only what was before it tells how old what is gone may have been. */
  private boolean isRecent(LiveRoom room, Position since, List<EncodedEvent> page) {
    Instant now = Instant.now();
    Instant aged = now.minus(MAX_AGE);
    Instant oldest = retention.oldest(now).isAfter(aged) ? retention.oldest(now) : aged;
    RoomEvent missed = page.stream().map(EncodedEvent::event).filter(event -> event.seq() > since.seq()).findFirst()
        .orElse(null);
    if (missed == null) {
      return true;
    }
    Instant before = since.seq() == 0 ? room.createdAt() : page.get(0).event().ts();
    return (missed.seq() == since.seq() + 1 ? missed.ts() : before).isAfter(oldest);
  }

  /** What of the events after {@code since} can be told at once: nothing when they are not in the tail. */
  Events firstPage(LiveRoom room, long since) {
    return covers(room, since) ? fromTail(room, since) : new Events(List.of(), since);
  }

  /** The next events after {@code seq}, wherever they are, for a user who waits for their turn. */
  Future<Events> after(LiveRoom room, long seq, long userId) {
    if (covers(room, seq)) {
      return Future.succeededFuture(fromTail(room, seq));
    }
    memory.used(room);
    if (room.released() - seq > room.extendable + 1 || !roomForMore()) {
      return page(room, seq, userId);
    }
    // A reading under way may be for one that is not as far back, or waits for the turn of somebody else who asks for
    // much, so the second one counts.
    return reachBack(room, seq, userId).otherwiseEmpty()
        .compose(first -> covers(room, seq) ? Future.succeededFuture() : reachBack(room, seq, userId))
        .compose(second -> covers(room, seq) ? Future.succeededFuture(fromTail(room, seq)) : page(room, seq, userId));
  }

  private Future<Events> page(LiveRoom room, long seq, long userId) {
    return bus.ask(LogApi.READ_LOG, new ReadLog(room.id, seq, room.page.atMost(Tail.PAGE_EVENTS), userId))
        // A text may bear an edit that has not been released yet: first release what the reading has seen.
        .compose(page -> healer.catchUp(room, page.head()).compose(caughtUp -> isReleased(room, page)
            ? Future.succeededFuture(events(room, seq, page)) : Future.failedFuture(new Refused(Problem.UNAVAILABLE))));
  }

  /** Between the reading and the release of what was read a failover may have put others in the same places. */
  private static boolean isReleased(LiveRoom room, LogPage page) {
    return page.events().stream().filter(event -> event.seq() <= room.released()).reduce((first, second) -> second)
        .map(last -> !LogComparison.differs(room, room.last(), new Position(last.seq(), last.ts()))).orElse(true);
  }

  private static boolean covers(LiveRoom room, long seq) {
    return seq >= room.tail.start(room.released());
  }

  private boolean roomForMore() {
    return memory.hasRoomFor(0) && rooms.all().stream().filter(room -> room.tail.isExtended()).mapToInt(room ->
        room.tail.size()).sum()
        < MAX_EXTENDED;
  }

  private static Events fromTail(LiveRoom room, long seq) {
    List<EncodedEvent> events = List.copyOf(room.tail.after(seq));
    long last = events.isEmpty() ? seq : events.get(events.size() - 1).event().seq();
    return new Events(events, last >= room.last().seq() ? Math.max(seq, room.released()) : last);
  }

  private Events events(LiveRoom room, long seq, LogPage page) {
    room.page.saw(page.events());
    List<EncodedEvent> items = new ArrayList<>();
    for (RoomEvent event : page.events()) {
      if (event.seq() <= room.released()) {
        RoomEvent named = event.in(room.name());
        items.add(new EncodedEvent(named, EventJson.encode(named)));
      }
    }
    metrics.holes(holes(seq, page.events(), page.to()));
    return new Events(items, Math.max(seq, Math.min(page.to(), room.released())));
  }

  /** Extends the tail back to {@code seq}; those who want it meanwhile wait for the same reading. */
  private Future<Void> reachBack(LiveRoom room, long seq, long userId) {
    if (room.extending == null) {
      room.tail.extend();
      int history = room.history();
      long from = Math.max(0, seq - MARGIN);
      Backwards reading = new Backwards(room, from, room.tail.start(room.released()), userId);
      Future<Void> extending = Repeat.whileTrue(reading::step).map(read -> {
        if (reading.isTooLong) {
          room.extendable = reading.read.isEmpty() ? room.extendable : reading.read.size() / 2;
          room.tail.trim();
        } else if (history == room.history() && room.tail.start(room.released()) == reading.to) {
          room.tail.prepend(reading.read, from);
          metrics.holes(holes(from, reading.read, reading.to));
        }
        memory.used(room);
        return null;
      });
      room.extending = extending;
      extending.onComplete(done -> {
        reading.expect(-reading.expected);
        room.extending = null;
      });
      return extending;
    }
    return room.extending;
  }

  /** One reading of the events after {@code at} up to {@code to}, page by page. */
  private final class Backwards {
    private final LiveRoom room;
    private final long to;
    private final long userId;
    private final List<RoomEvent> read = new ArrayList<>();
    private long at;
    private long bytes;
    /** The part of the memory that is held for what is read. */
    private long expected;
    /** There is no memory for all of it: it is read page by page, for each who wants it. */
    private boolean isTooLong;

    Backwards(LiveRoom room, long from, long to, long userId) {
      this.userId = userId;
      this.room = room;
      this.at = from;
      this.to = to;
    }

    Future<Boolean> step() {
      int limit = room.page.atMost((int) Math.min(PAGE, to - at));
      if (limit <= 0) {
        return Future.succeededFuture(false);
      }
      expect(room.page.bytes(limit));
      if (!memory.hasRoomFor(0)) {
        isTooLong = true;
        return Future.succeededFuture(false);
      }
      return bus.ask(LogApi.READ_LOG, new ReadLog(room.id, at, limit, userId)).compose(page -> {
        if (page.to() <= at) {
          // The log ends where this room has been: it is another one.
          return healer.heal(room).compose(seen -> Future.failedFuture(new Refused(Problem.UNAVAILABLE)));
        }
        page.events().stream().filter(event -> event.seq() <= to).forEach(event -> {
          read.add(event.in(room.name()));
          bytes += LogPageSize.of(event);
        });
        at = page.to();
        room.page.saw(page.events());
        expect(bytes - expected);
        return at < to ? Future.succeededFuture(true) : healer.catchUp(room, page.head()).map(false);
      });
    }

    private void expect(long more) {
      expected += more;
      memory.reading(more);
    }
  }

  /** How many holes there are between {@code from} and {@code to}. */
  static int holes(long from, List<RoomEvent> events, long to) {
    int holes = 0;
    long at = from;
    for (RoomEvent event : events) {
      holes += event.seq() > at + 1 ? 1 : 0;
      at = event.seq();
    }
    return at < to ? holes + 1 : holes;
  }

  /**
   * Reads the last messages anew when too few are kept: some were deleted, nobody needed them, or others needed the
   * memory. Those who want them meanwhile share the reading.
   */
  Future<Void> refill(LiveRoom room) {
    if (!room.recent.isShort()) {
      return Future.succeededFuture();
    }
    if (room.refilling != null) {
      return room.refilling;
    }
    int history = room.history();
    Future<Void> refilling = bus.ask(LogApi.LOAD_ROOM, new LoadRoom(room.id, 0)).map(loaded -> {
      if (history == room.history()) {
        room.recent.reset(room.id, room.name(), loaded.lastMessages(), room.released());
        follow(room, loaded.head());
        memory.used(room);
      }
      return null;
    });
    room.refilling = refilling;
    return refilling.onComplete(done -> room.refilling = null);
  }

  /** What was released while the last messages were read is not among them. */
  private static void follow(LiveRoom room, long head) {
    for (long at = head; at < room.last().seq();) {
      List<EncodedEvent> missed = covers(room, at) ? fromTail(room, at).events() : List.of();
      if (missed.isEmpty()) {
        // They are read once more.
        room.recent.clear();
        return;
      }
      missed.forEach(item -> room.recent.apply(item.event(), item.json()));
      at = missed.get(missed.size() - 1).event().seq();
    }
  }
}
