package io.fastroom.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Sends chats on a schedule that does not wait for anybody: one that leaves late because the server or the generator is
 * slow counts as late.
 *
 * <p>Thread: the loop's.
 */
final class ChatLoad implements ChatListener {
  private final Crowd crowd;
  private final int run;
  private final ChatPlan plan;
  private final int sendersPerRoom;
  private final Ledger ledger;
  final Histogram micros = new Histogram(3);
  final long startNanos = System.nanoTime();
  private final int[] present;
  private long scheduled;
  long sent;
  long unsent;
  long expected;

  ChatLoad(Crowd crowd, int run, ChatPlan plan) {
    this.crowd = crowd;
    this.run = run;
    this.plan = plan;
    sendersPerRoom = (plan.senders() + crowd.rooms() - 1) / crowd.rooms();
    ledger = new Ledger(crowd.size() * sendersPerRoom);
    present = new int[crowd.rooms()];
    for (int room = 0; room < present.length; room++) {
      present[room] = crowd.present(room);
    }
  }

  void tick() {
    long now = System.nanoTime() - startNanos;
    long due = scheduled * plan.nanosBetween();
    while (due <= now && due < plan.toNanos()) {
      send(due);
      scheduled++;
      due = scheduled * plan.nanosBetween();
    }
    if (due < plan.toNanos()) {
      crowd.generator.loop().schedule(this::tick, due - now, TimeUnit.NANOSECONDS);
    }
  }

  private void send(long due) {
    int sender = (int) (scheduled % plan.senders());
    LoadSocket socket = crowd.socket(sender);
    String marker = Marker.text(run, due, sender, (int) (scheduled / plan.senders()));
    if (socket.chat(marker, plan.size())) {
      sent++;
      expected += present[socket.room];
    } else {
      unsent++;
    }
  }

  @Override
  public void arrived(LoadSocket receiver, Marker marker, long now) {
    if (marker.run != run) {
      return;
    }
    int slot = receiver.index * sendersPerRoom + marker.sender / crowd.rooms();
    if (ledger.note(slot, marker.n) && marker.scheduled >= plan.fromNanos() && !receiver.hasStopped()) {
      micros.recordValue(Math.max(0, now - startNanos - marker.scheduled) / 1_000);
    }
  }

  Ledger ledger() {
    return ledger;
  }

  ChatPlan plan() {
    return plan;
  }
}
