package io.fastroom.websocket;

import io.fastroom.internals.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work for the end of an iteration of the event loop: rooms that have gathered frames, and outboxes to flush. One system
 * call per socket, however many frames it got, is what makes busy rooms possible. What would take long goes on in the next
 * iteration: rooms take turns, and outboxes with little to write come before those with much, so that nobody waits for what
 * a large room or a long page of the log takes. An outbox that cannot be written to, whatever the reason, is cut off and
 * keeps no other from it.
 *
 * <p>Thread: its event loop.
 */
final class FlushBatch {
  /** What is written in an iteration, in bytes, before those who are to be told much wait for the next one. */
  private static final int TURN_BYTES = 1 << 20;
  /** What rooms, and outboxes with much to write, may cost in an iteration, in bytes: a few milliseconds. */
  private static final long ITERATION = 2 << 20;
  /** Of these, what a room may take before others have their turn. */
  private static final long ROOM_TURN = 256 << 10;
  /** What a write costs besides its bytes, in bytes that could be written in the same time. */
  static final long WRITE = 4 << 10;
  /** An outbox with less, in bytes, is flushed at once. */
  private static final long LITTLE = 16 << 10;

  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");

  private final EventLoop context;
  private final SingleThreadEventLoop loop;
  private final SocketMetrics metrics;
  private final Debtors debtors;
  private final Queue<HubRoom> rooms = new ArrayDeque<>();
  private final List<HubRoom> later = new ArrayList<>();
  private final Queue<Outbox> outboxes = new ArrayDeque<>();
  private final Queue<Outbox> large = new ArrayDeque<>();
  private final Queue<Promise<Void>> turns = new ArrayDeque<>(1);
  private final Runnable nextTurns = this::nextTurns;
  private final Runnable dispatchTurns = this::dispatchTurns;
  private final List<Promise<Void>> written = new ArrayList<>();
  private final Runnable end = this::end;
  private final Runnable schedule = this::schedule;
  private boolean scheduled;
  private long bytes;

  FlushBatch(EventLoop loop, SocketMetrics metrics, Debtors debtors) {
    this.context = loop;
    this.loop = loop.netty();
    this.metrics = metrics;
    this.debtors = debtors;
  }

  Debtors debtors() {
    return debtors;
  }

  boolean isMine() {
    return loop.inEventLoop();
  }

  /** Counts bytes written, for the metrics. */
  void wrote(int bytes) {
    this.bytes += bytes;
  }

  /** The room is written at the end of the iteration, or of those that follow; each room once. */
  void add(HubRoom room) {
    rooms.add(room);
    schedule();
  }

  /** The outbox is flushed at the end of the iteration, or of those that follow; each outbox once. */
  void add(Outbox outbox) {
    outboxes.add(outbox);
    schedule();
  }

  /** Completes them at the end of the iteration. */
  void written(List<Promise<Void>> awaited) {
    if (!awaited.isEmpty()) {
      written.addAll(awaited);
      schedule();
    }
  }

  /**
   * Completes when somebody who is to be told much at once, a page of the log or of history, may write it: at once, or
   * when those who came before have and the event loop has looked after everything else meanwhile.
   */
  Future<Void> turn() {
    if (turns.isEmpty() && bytes < TURN_BYTES) {
      return Future.succeededFuture();
    }
    Promise<Void> turn = Promise.promise();
    turns.add(turn);
    schedule();
    return turn.future();
  }

  private void dispatchTurns() {
    context.dispatch(nextTurns);
  }

  private void nextTurns() {
    while (!turns.isEmpty() && bytes < TURN_BYTES) {
      turns.remove().complete();
    }
    if (!turns.isEmpty()) {
      schedule();
    }
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      loop.executeAfterEventLoopIteration(end);
    }
  }

  /** Writes what a room has. Returns false when the outbox has no room for it, or cannot be written to. */
  boolean write(RoomBatch frames, Subscription subscription) {
    try {
      return frames.write(subscription);
    } catch (RuntimeException | OutOfMemoryError e) {
      failed(subscription.outbox, e);
      return false;
    }
  }

  /** A part of a frame may have been written. Its room must not change while others are being written to. */
  private void failed(Outbox outbox, Throwable failure) {
    LOG.error("a socket is cut off, since it cannot be written to", failure);
    outbox.shut();
    loop.execute(() -> context.dispatch(outbox::abort));
  }

  private void end() {
    try {
      writeRooms();
      flushOutboxes();
      debtors.balance();
    } finally {
      ended();
    }
  }

  private void ended() {
    metrics.bytesOut(bytes);
    bytes = 0;
    scheduled = false;
    // What is left is not for this iteration, which would not end.
    if (!turns.isEmpty()) {
      loop.execute(dispatchTurns);
    }
    if (!rooms.isEmpty() || !outboxes.isEmpty() || !large.isEmpty()) {
      loop.execute(schedule);
    }
    if (!written.isEmpty()) {
      List<Promise<Void>> told = List.copyOf(written);
      written.clear();
      context.dispatch(() -> told.forEach(Promise::complete));
    }
  }

  private void writeRooms() {
    for (long left = ITERATION; left > 0 && !rooms.isEmpty();) {
      HubRoom room = rooms.remove();
      left -= room.takeTurn(Math.min(left, ROOM_TURN));
      if (room.isWriting()) {
        rooms.add(room);
      } else if (room.rest() > 0) {
        loop.schedule(() -> goOn(room), room.rest(), TimeUnit.NANOSECONDS);
      } else if (room.isScheduled()) {
        later.add(room);
      }
    }
    rooms.addAll(later);
    later.clear();
  }

  private void goOn(HubRoom room) {
    if (room.goOn()) {
      add(room);
    }
  }

  private void flushOutboxes() {
    // A flush may wake a reader that writes again.
    for (long left = ITERATION; !outboxes.isEmpty() || left > 0 && !large.isEmpty();) {
      Outbox next = outboxes.poll();
      if (next == null) {
        next = large.remove();
      } else if (next.pending() > LITTLE) {
        large.add(next);
        continue;
      }
      long pending = next.pending();
      try {
        next.flush();
      } catch (RuntimeException | OutOfMemoryError e) {
        failed(next, e);
      }
      left -= WRITE + pending - next.pending();
    }
  }
}
