package io.fastroom.websocket;

import io.fastroom.model.Position;
import io.fastroom.room.RoomApi.Delivery;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * A room with sockets on this event loop. The frames of a batch are written once, into one direct buffer for sockets and
 * one for streams of events, and every live subscription gets a duplicate of its one at the end of the batch; a
 * subscription whose outbox has no room for them falls behind.
 *
 * <p>Thread: the event loop of its hub. Limits: a batch is written early beyond {@link #TURN_BYTES}.
 */
final class HubRoom {
  private static final int TURN_BYTES = 64 << 10;

  /** A frame of the batch of which one subscription gets its own copy, with its {@code ref}. */
  private record OwnCopy(Subscription subscription, int start, int end, byte[] json) { }

  private record Waiter(Subscription subscription, long seq, Promise<Void> has) { }

  final long id;
  private final FlushBatch batch;
  private final SocketMetrics metrics;
  private final List<Subscription> subscriptions = new ArrayList<>(4);
  private final List<Subscription> behind = new ArrayList<>(0);
  private String name;
  private long released;
  private int history;

  private final RoomFrames frames = new RoomFrames(Framing.WEB_SOCKET);
  private final RoomFrames events = new RoomFrames(Framing.EVENT_STREAM);
  private int streams;
  private boolean scheduled;
  private boolean ephemeral;
  /** What live subscriptions have received: the seq before the batch's first durable event. */
  private long flushed;
  private final List<OwnCopy> ownCopies = new ArrayList<>(0);
  private final List<Waiter> waiters = new ArrayList<>(0);

  /** @param released the seq after which its deliveries begin */
  HubRoom(long id, String name, long released, FlushBatch batch, SocketMetrics metrics) {
    this.id = id;
    this.name = name;
    this.released = released;
    this.flushed = released;
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
  Subscription add(Session session, long position) {
    flush();
    Subscription subscription = new Subscription(session, this);
    streams += subscription.isPresent() ? 0 : 1;
    subscription.index = subscriptions.size();
    subscriptions.add(subscription);
    subscription.position = position;
    markBehind(subscription);
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
    flushed = seq;
    this.name = name;
    for (Subscription subscription : subscriptions) {
      if (!subscription.behind) {
        markBehind(subscription);
      }
    }
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
      markBehind(subscription);
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
    byte[] json = delivery.json();
    if (json == null) {
      flush();
      released = delivery.seq();
      flushed = released;
      return true;
    }
    if (durable) {
      released = delivery.seq();
    } else {
      ephemeral = true;
      behind.forEach(subscription -> subscription.missedPresence = subscription.isPresent());
    }
    gather(delivery, author);
    if (frames.bytes() > TURN_BYTES || events.bytes() > TURN_BYTES) {
      flush();
    } else if (!scheduled) {
      scheduled = true;
      batch.add(this);
    }
    return true;
  }

  private void gather(Delivery delivery, Subscription author) {
    byte[] json = delivery.json();
    if (streams > 0 && delivery.seq() > 0) {
      events.add(subscriptions, json, new Position(delivery.seq(), delivery.event().ts()));
    }
    if (streams == subscriptions.size()) {
      return;
    }
    int start = frames.bytes();
    frames.add(subscriptions, json, null);
    if (author != null && !author.behind) {
      author.hasOwnCopy = true;
      ownCopies.add(new OwnCopy(author, start, frames.bytes(), FrameCodec.withRef(json, delivery.ref())));
    }
  }

  void endTurn() {
    scheduled = false;
    flush();
  }

  /** Writes what the batch has gathered so far. */
  void flush() {
    if (frames.isEmpty() && events.isEmpty()) {
      return;
    }
    for (Subscription subscription : subscriptions) {
      RoomFrames its = subscription.isPresent() ? frames : events;
      if (subscription.behind || its.isEmpty()) {
        continue;
      }
      if (subscription.hasOwnCopy ? writeOwnCopy(subscription) : subscription.outbox.share(its.buffer())) {
        its.wrote();
      } else {
        fallBehind(subscription);
      }
    }
    metrics.framesOut((frames.isEmpty() ? 0 : frames.reset()) + (events.isEmpty() ? 0 : events.reset()));
    ephemeral = false;
    flushed = released;
    ownCopies.clear();
  }

  private void markBehind(Subscription subscription) {
    subscription.behind = true;
    behind.add(subscription);
    subscription.session.visit().soon();
  }

  private void fallBehind(Subscription subscription) {
    markBehind(subscription);
    subscription.position = flushed;
    boolean missed = ephemeral && subscription.isPresent();
    subscription.missedPresence |= missed;
    metrics.fellBehind();
    if (missed) {
      metrics.ephemeralDropped();
    }
  }

  private boolean writeOwnCopy(Subscription subscription) {
    subscription.hasOwnCopy = false;
    boolean hasRoom = subscription.outbox.hasRoomFor(frames.bytes());
    if (hasRoom) {
      subscription.outbox.write(ownCopy(subscription));
    }
    return hasRoom;
  }

  private ByteBuf ownCopy(Subscription subscription) {
    ByteBuf all = frames.buffer();
    ByteBuf copy = subscription.outbox.alloc().directBuffer(all.readableBytes() + 128);
    int at = 0;
    for (OwnCopy own : ownCopies) {
      if (own.subscription == subscription) {
        copy.writeBytes(all, at, own.start - at);
        TextFrame.write(copy, own.json);
        at = own.end;
      }
    }
    return copy.writeBytes(all, at, all.writerIndex() - at);
  }
}
