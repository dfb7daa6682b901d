package io.fastroom.websocket;

import io.fastroom.internals.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * Work for the end of this turn of the event loop: rooms that have gathered frames, and outboxes to flush. One system
 * call per socket and turn, however many frames it got, is what makes busy rooms possible.
 *
 * <p>Thread: its event loop.
 */
final class FlushBatch {
  /** What is written in an iteration, in bytes, before those who are to be told much wait for the next one. */
  private static final int TURN_BYTES = 1 << 20;

  private final EventLoop context;
  private final SingleThreadEventLoop loop;
  private final SocketMetrics metrics;
  private final Debtors debtors;
  private final List<HubRoom> rooms = new ArrayList<>();
  private final List<Outbox> outboxes = new ArrayList<>();
  private final Queue<Promise<Void>> turns = new ArrayDeque<>(1);
  private final Runnable nextTurns = this::nextTurns;
  private final Runnable dispatchTurns = this::dispatchTurns;
  private final List<Promise<Void>> asked = new ArrayList<>(1);
  private final Runnable end = this::end;
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

  /** The room is written at the end of the iteration; each room once. */
  void add(HubRoom room) {
    rooms.add(room);
    schedule();
  }

  /** The outbox is flushed at the end of the iteration; each outbox once. */
  void add(Outbox outbox) {
    outboxes.add(outbox);
    schedule();
  }

  /** Completes when all that this iteration writes is written. */
  Future<Void> written() {
    Promise<Void> written = Promise.promise();
    asked.add(written);
    schedule();
    return written.future();
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

  private void end() {
    // A flush may wake a reader that writes again.
    while (!rooms.isEmpty() || !outboxes.isEmpty()) {
      for (int i = 0; i < rooms.size(); i++) {
        rooms.get(i).endTurn();
      }
      rooms.clear();
      for (int i = 0; i < outboxes.size(); i++) {
        outboxes.get(i).flush();
      }
      outboxes.clear();
    }
    scheduled = false;
    debtors.balance();
    metrics.bytesOut(bytes);
    bytes = 0;
    if (!turns.isEmpty()) {
      // Not in this iteration, which would not end.
      loop.execute(dispatchTurns);
    }
    if (!asked.isEmpty()) {
      List<Promise<Void>> told = List.copyOf(asked);
      asked.clear();
      context.dispatch(() -> told.forEach(Promise::complete));
    }
  }
}
