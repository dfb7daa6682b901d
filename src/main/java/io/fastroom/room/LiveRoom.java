package io.fastroom.room;

import io.fastroom.model.Committed;
import io.fastroom.model.Position;
import io.fastroom.model.Room;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.RoomUpdated;
import io.fastroom.persistence.LogApi.LoadedRoom;
import io.fastroom.persistence.LogPageSize;
import io.fastroom.room.PendingEvents.Pending;
import io.fastroom.wire.EventJson;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A room that has, or had a moment ago, sockets on this node. It takes events in any order, any number of times, and
 * releases each once, in {@code seq} order.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class LiveRoom {
  /** Told of what a room releases, in order. */
  interface Listener {
    void released(LiveRoom room, Committed released, byte[] json);

    /** {@link LiveRoom#released} has gone over seqs that no event has. */
    default void steppedOver(LiveRoom room) { }
  }

  /** @param sum of the checksums of what was released since the room began, up to {@code at} */
  record Mark(Position at, long sum) { }

  final long id;
  final Tail tail = new Tail();
  final RecentMessages recent = new RecentMessages();
  final LocalPresence presence = new LocalPresence();
  final RoomSockets sockets = new RoomSockets();
  final NextExpiry expiry = new NextExpiry();
  private final Listener listener;
  private final PendingEvents pending = new PendingEvents();
  private final LostRights lostRights = new LostRights();
  private String name;
  private Instant createdAt;
  private long released;
  private Position last;
  private long sum;
  private int history;
  /** How many events have come that may be of another log, and of how many of them a comparison has told since. */
  private long suspicions;
  private long dispelled;

  /** What is under way for the room, null when nothing is; others who want the same wait for it. */
  Future<Void> healing;
  Future<Void> extending;
  final LogPageSize page = new LogPageSize(LogReader.PAGE_BYTES);
  Future<Void> refilling;
  /** When something of it was last needed, in nanoseconds of the monotonic clock. */
  long usedAt;
  /** How many events the tail may be extended by: fewer once it was seen that they are too long. */
  long extendable = LogReader.MAX_EVENTS;
  boolean gapTimer;
  /** How many times in a row healing has brought nothing. */
  int fruitless;
  /** What the last comparison has found in the log. */
  Mark confirmed;
  /** What this node has committed below {@link #released}, until a comparison has told why. */
  final List<Committed> suspects = new ArrayList<>(0);
  /** Not null from the moment the log is known to be another one until the room has begun again. */
  Divergence divergence;

  LiveRoom(long id, String name, long released, Listener listener) {
    this.id = id;
    this.name = name;
    this.released = released;
    this.last = new Position(released, null);
    this.confirmed = new Mark(last, 0);
    this.listener = listener;
  }

  String name() {
    return name;
  }

  /** When the room was made. */
  Instant createdAt() {
    return createdAt;
  }

  /** The seq up to which everything has been released. */
  long released() {
    return released;
  }

  /** The last event released: below {@link #released} only when the log ends with a hole. */
  Position last() {
    return last;
  }

  Mark mark() {
    return new Mark(last, sum);
  }

  /** Grows by one when the room begins again: what was read for an earlier history is of no use. */
  int history() {
    return history;
  }

  boolean hasGap() {
    return !pending.isEmpty();
  }

  /** How many events have come to wait so far. */
  long arrivals() {
    return pending.arrivals();
  }

  /** What is kept of the log, in bytes of memory. */
  long bytes() {
    return tail.memory() + recent.memory() + pending.memory();
  }

  /** Others need the memory: what has been released is in PostgreSQL. */
  void giveUp() {
    tail.begin(released);
    recent.clear();
  }

  /** Forgets everything it knew of a log and begins where {@code cut} is in this one. */
  void begin(LoadedRoom loaded, long cut) {
    Room room = loaded.room();
    history++;
    pending.drain();
    lostRights.clear();
    suspects.clear();
    dispelled = suspicions;
    divergence = null;
    name = room.name();
    createdAt = room.createdAt();
    last = new Position(0, createdAt);
    tail.begin(Math.min(loaded.tailStart(), cut));
    for (RoomEvent event : loaded.tail()) {
      if (event.seq() <= cut) {
        RoomEvent named = event.in(name);
        tail.add(named, EventJson.encode(named));
        lostRights.note(named);
        last = new Position(named.seq(), named.ts());
      }
    }
    recent.reset(id, name, loaded.lastMessages(), cut);
    released = cut;
    sum = 0;
    confirmed = mark();
  }

  /** The log is another one: nothing of it is released until {@link #begin}. */
  void diverge() {
    List<Committed> held = new ArrayList<>(suspects);
    held.addAll(pending.drain());
    divergence = new Divergence(held.stream().filter(one -> one.connId() != null).toList());
    suspects.clear();
  }

  /** Gives up what is not needed, and messages that are older than they are kept. */
  void trim(Instant oldestMessage) {
    recent.dropBefore(oldestMessage);
    if (extending == null) {
      tail.trim();
    }
  }

  /** Takes an event; {@code json} null when it has not been encoded. */
  Offer offer(Committed committed, byte[] json) {
    RoomEvent event = committed.event();
    long seq = event.seq();
    if (seq <= released) {
      if (Position.sameTime(tail.ts(seq), event.ts())) {
        return Offer.KNOWN;
      }
      suspicions++;
      return Offer.SUSPECT;
    }
    // What fits by its seq alone may be of another log, too.
    if (seq != released + 1 || suspicions != dispelled) {
      pending.put(committed, json);
      return Offer.TAKEN;
    }
    Pending next = pending.take(committed, json);
    if (follows(next)) {
      release(next);
      if (releasePending()) {
        return Offer.TAKEN;
      }
    }
    suspicions++;
    return Offer.SUSPECT;
  }

  /** In one log time never runs back, whatever clocks do. */
  private boolean follows(Pending next) {
    return last.ts() == null || !next.committed().event().ts().isBefore(last.ts());
  }

  /** How many events have come that may be of another log. */
  long suspicions() {
    return suspicions;
  }

  /** The log is the one that was released, as a comparison has found that was asked after so many suspicions. */
  void dispel(long many) {
    dispelled = Math.max(dispelled, many);
    if (suspicions == dispelled) {
      releasePending();
    }
  }

  /**
   * Takes what the log holds after {@link #released} up to {@code to}; what is not there is nowhere.
   *
   * @param arrivals those of the moment the log was asked: what waited then and is not in the log never will be
   * @param head of the log in the same snapshot
   * @return how many holes were stepped over
   */
  int take(List<RoomEvent> events, long to, long head, long arrivals) {
    int holes = 0;
    for (RoomEvent event : events) {
      long seq = event.seq();
      if (seq > released) {
        pending.dropUpTo(seq - 1);
        holes += stepTo(seq - 1);
        release(pending.take(new Committed(event, null, null), null));
      }
    }
    pending.dropUpTo(to);
    pending.dropAfter(head, arrivals);
    holes += stepTo(to);
    releasePending();
    return holes;
  }

  private int stepTo(long seq) {
    if (released >= seq) {
      return 0;
    }
    released = seq;
    listener.steppedOver(this);
    return 1;
  }

  /** @return false when one was dropped that is of another log, or follows what is of another log */
  private boolean releasePending() {
    Pending next = pending.poll(released + 1);
    while (next != null && follows(next)) {
      release(next);
      next = pending.poll(released + 1);
    }
    return next == null;
  }

  private void release(Pending next) {
    RoomEvent event = next.committed().event();
    byte[] json = next.json();
    // A replayed event bears the name of today; on the way out it must be the one its receivers know the room by.
    if (!event.room().equals(name)) {
      event = event.in(name);
      json = null;
    }
    if (json == null) {
      json = EventJson.encode(event);
    }
    released = event.seq();
    last = new Position(released, event.ts());
    sum += last.checksum();
    tail.add(event, json);
    recent.apply(event, json);
    lostRights.note(event);
    listener.released(this, new Committed(event, next.committed().connId(), next.committed().ref()), json);
    if (event instanceof RoomUpdated update && !update.name().equals(name)) {
      name = update.name();
      tail.rename(name);
      recent.rename(name);
    }
  }

  /** The room is gone: the last event, whatever is still missing before it. */
  void end(RoomEvent deleted) {
    release(new Pending(new Committed(deleted, null, null), null, 0));
  }

  boolean restrictedAfter(long userId, long seq) {
    return lostRights.isAfter(userId, seq);
  }

  /** Whether it was made private after {@code seq}, as it still is. */
  boolean closedAfter(long seq) {
    return lostRights.isClosedAfter(seq);
  }
}
