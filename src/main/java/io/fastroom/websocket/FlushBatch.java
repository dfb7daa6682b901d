package io.fastroom.websocket;

import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayList;
import java.util.List;

/**
 * Work for the end of this turn of the event loop: rooms that have gathered frames, and outboxes to flush. One system
 * call per socket and turn, however many frames it got, is what makes busy rooms possible.
 *
 * <p>Thread: its event loop.
 */
final class FlushBatch {
  private final SingleThreadEventLoop loop;
  private final SocketMetrics metrics;
  private final Debtors debtors;
  private final List<HubRoom> rooms = new ArrayList<>();
  private final List<Outbox> outboxes = new ArrayList<>();
  private final Runnable end = this::end;
  private boolean scheduled;
  private long bytes;

  FlushBatch(SingleThreadEventLoop loop, SocketMetrics metrics, Debtors debtors) {
    this.loop = loop;
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
  }
}
