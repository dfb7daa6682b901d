package io.fastroom.websocket;

import io.fastroom.room.RoomApi.Delivery;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A room with sockets on this event loop. What it releases is gathered, and written to every live subscription when the
 * one before has been; the sockets of a large room get it over several iterations of the loop, in which others have their
 * turn. A subscription whose outbox has no room falls behind.
 *
 * <p>Thread: the event loop of its hub. Limits: beyond {@link #GATHERED_BYTES} all is written at once.
 */
final class HubRoom {
  /** More than a hub is handed of a room before it says that it has written it, unless somebody joins meanwhile. */
  private static final int GATHERED_BYTES = 512 << 10;

  /** In nanoseconds; what is said is late by so much more at most. */
  private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(20);

  private record Waiter(Subscription subscription, long seq, Promise<Void> has) { }

  final long id;
  private final FlushBatch batch;
  private final SocketMetrics metrics;
  private final List<Subscription> subscriptions = new ArrayList<>(4);
  private final List<Subscription> behind = new ArrayList<>(0);
  private String name;
  private long released;
  private int history;
  private int streams;

  private RoomBatch gathered = new RoomBatch();
  /** What is being written. Subscriptions come and go only while there is nothing. */
  private RoomBatch leaving = new RoomBatch();
  /** The first subscription that has not got it. */
  private int next;
  private long begun;
  private long rest;
  private boolean scheduled;
  private final List<Waiter> waiters = new ArrayList<>(0);

  /** @param released the seq after which its deliveries begin */
  HubRoom(long id, String name, long released, FlushBatch batch, SocketMetrics metrics) {
    this.id = id;
    this.name = name;
    this.released = released;
    this.batch = batch;
    this.metrics = metrics;
  }

  String name() {
    return name;
  }

  void rename(String name) {
    this.name = name;
  }

  /** The last seq that was handed to the hub. */
  long released() {
    return released;
  }

  List<Subscription> subscriptions() {
    return subscriptions;
  }

  List<Subscription> behind() {
    return behind;
  }

  boolean isEmpty() {
    return subscriptions.isEmpty();
  }

  /** Adds a socket that has everything up to {@code position}; it is behind unless the room is at the same position. */
  Subscription add(Session session, String knownAs, long position) {
    flush();
    Subscription subscription = new Subscription(session, this);
    streams += subscription.isPresent() ? 0 : 1;
    subscription.index = subscriptions.size();
    subscriptions.add(subscription);
    subscription.position = position;
    markBehind(subscription, knownAs);
    return subscription;
  }

  void remove(Subscription subscription) {
    flush();
    streams -= subscription.isPresent() ? 0 : 1;
    Subscription last = subscriptions.remove(subscriptions.size() - 1);
    if (last != subscription) {
      subscriptions.set(subscription.index, last);
      last.index = subscription.index;
    }
    subscription.index = -1;
    behind.remove(subscription);
    tellWaiters();
  }

  /** Completes when the subscription {@link Subscription#has} everything up to {@code seq}. */
  Future<Void> awaits(Subscription subscription, long seq) {
    if (subscription.has(seq)) {
      return Future.succeededFuture();
    }
    Waiter waiter = new Waiter(subscription, seq, Promise.promise());
    waiters.add(waiter);
    subscription.session.visit().soon();
    return waiter.has.future();
  }

  boolean isAwaited() {
    return !waiters.isEmpty();
  }

  /** To be called when subscriptions may have been given more. */
  void tellWaiters() {
    if (!waiters.isEmpty()) {
      List<Waiter> done = waiters.stream().filter(waiter -> waiter.subscription.has(waiter.seq)).toList();
      waiters.removeAll(done);
      done.forEach(waiter -> waiter.has.complete());
    }
  }

  /**
   * What was released belongs to a log that no longer exists: all subscriptions are behind, at {@code seq} of another
   * one.
   */
  void startOver(long seq, String name) {
    flush();
    history++;
    released = seq;
    for (Subscription subscription : subscriptions) {
      if (!subscription.behind) {
        markBehind(subscription, this.name);
      }
    }
    this.name = name;
    List<Waiter> all = List.copyOf(waiters);
    waiters.clear();
    all.forEach(waiter -> waiter.has.complete());
  }

  /** Incremented when the log has become another one: what was read before that is useless. */
  int history() {
    return history;
  }

  /** From now on the subscription gets nothing but what is read for it. To be called after {@link #flush}. */
  void hold(Subscription subscription) {
    if (!subscription.behind) {
      markBehind(subscription, name);
      subscription.position = released;
    }
  }

  /** From now on the subscription gets what the room releases. To be called when its position is the room's. */
  void goLive(Subscription subscription) {
    flush();
    subscription.behind = false;
    behind.remove(subscription);
  }

  /**
   * Takes a delivery into the batch.
   *
   * @param author the subscription whose copy carries the delivery's {@code ref}, null for none; one that is behind
   *     reads it from the log, without
   * @return false when it was received before
   */
  boolean append(Delivery delivery, Subscription author) {
    boolean durable = delivery.seq() > 0;
    if (durable && delivery.seq() <= released) {
      return false;
    }
    if (delivery.json() == null) {
      flush();
      released = delivery.seq();
      return true;
    }
    if (gathered.isEmpty()) {
      gathered.begin(released, name);
    }
    if (durable) {
      released = delivery.seq();
    } else {
      behind.forEach(subscription -> subscription.missedPresence = subscription.isPresent());
    }
    gathered.add(delivery, subscriptions, streams, author);
    if (gathered.bytes() > GATHERED_BYTES) {
      flush();
    } else if (!scheduled && !gathered.isEmpty()) {
      scheduled = true;
      batch.add(this);
    }
    return true;
  }

  /** Goes on to write what it has begun, or begins with what is gathered. Takes and returns what it costs, in bytes. */
  long takeTurn(long most) {
    if (!isWriting()) {
      begun = System.nanoTime();
    }
    begin();
    long cost = write(most);
    boolean large = cost >= most || rest > 0;
    rest = large ? Math.min(LONGEST_REST, System.nanoTime() - begun) : 0;
    scheduled = isWriting() || large || !gathered.isEmpty();
    return cost;
  }

  /**
   * How long a large room is to gather before its next turn, in nanoseconds: as long as its last ones took. So it has about
   * half of the loop at most, and the more is said the fewer writes there are for each event. 0 for other rooms.
   */
  long rest() {
    return rest;
  }

  /** It has rested. Returns whether it is to have its turn. */
  boolean goOn() {
    rest = 0;
    scheduled = !gathered.isEmpty();
    return scheduled;
  }

  /** Whether it is to have another turn. */
  boolean isScheduled() {
    return scheduled;
  }

  /** Whether somebody has not got what was begun. */
  boolean isWriting() {
    return !leaving.isEmpty();
  }

  private void begin() {
    if (!isWriting()) {
      RoomBatch empty = leaving;
      leaving = gathered;
      gathered = empty;
    }
  }

  private long write(long most) {
    long cost = 0;
    for (; isWriting() && next < subscriptions.size() && cost < most; next++) {
      Subscription subscription = subscriptions.get(next);
      if (!subscription.behind) {
        cost += FlushBatch.WRITE + leaving.bytesFor(subscription);
        if (!batch.write(leaving, subscription)) {
          fallBehind(subscription);
        }
      }
    }
    if (isWriting() && next == subscriptions.size()) {
      next = 0;
      batch.written(leaving.awaited());
      metrics.framesOut(leaving.reset());
    }
    return cost;
  }

  /** Writes all there is to everybody. */
  void flush() {
    while (isWriting() || !gathered.isEmpty()) {
      begin();
      write(Long.MAX_VALUE);
    }
  }

  /** Completes when all that was appended so far has been written. */
  Future<Void> written() {
    RoomBatch last = gathered.isEmpty() ? leaving : gathered;
    return last.isEmpty() ? Future.succeededFuture() : last.written();
  }

  private void markBehind(Subscription subscription, String knownAs) {
    subscription.behind = true;
    subscription.knownAs = knownAs;
    behind.add(subscription);
    subscription.session.visit().soon();
  }

  private void fallBehind(Subscription subscription) {
    markBehind(subscription, leaving.name());
    subscription.position = leaving.after();
    boolean missed = subscription.isPresent() && (leaving.isEphemeral() || gathered.isEphemeral());
    subscription.missedPresence |= missed;
    metrics.fellBehind();
    if (missed) {
      metrics.ephemeralDropped();
    }
  }
}
