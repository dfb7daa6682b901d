package io.fastroom.websocket;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets of one event loop that have data queued. When the node has queued more than its budget, those with the
 * most queued are closed, and no others.
 *
 * <p>Thread: its event loop.
 */
final class Debtors {
  private final SocketBudget budget;
  private final Set<Outbox> debtors = new LinkedHashSet<>();
  private long owed;
  /** The part of {@link #owed} that the budget has been told. */
  private long reported;

  Debtors(SocketBudget budget) {
    this.budget = budget;
    budget.join();
  }

  /** The loop has no sockets any more. */
  void close() {
    budget.add(-reported);
    budget.leave();
  }

  /** Queued bytes were added or removed. */
  void owes(long bytes) {
    owed += bytes;
  }

  /** To be told whenever a socket begins or ceases to have data queued. */
  void settled(Outbox outbox, boolean owes) {
    if (owes) {
      debtors.add(outbox);
    } else {
      debtors.remove(outbox);
    }
  }

  boolean isTight() {
    return budget.isTight();
  }

  /** Tells the budget and closes sockets where necessary; to be called at the end of each turn of the loop. */
  void balance() {
    report();
    if (budget.isExceeded() && !debtors.isEmpty()) {
      // Do not count what has been written since.
      List.copyOf(debtors).forEach(Outbox::settle);
      report();
      relieve();
    }
  }

  private void report() {
    if (owed != reported) {
      budget.add(owed - reported);
      reported = owed;
    }
  }

  private void relieve() {
    List<Outbox> most = new ArrayList<>(debtors);
    most.sort(Comparator.comparingLong(Outbox::pending).reversed());
    // First their queues are dropped; if that is not enough, their channels are closed with what they still hold.
    for (int round = 0; round < 2; round++) {
      for (Outbox outbox : most) {
        if (!budget.isExceeded() || owed <= budget.share()) {
          return;
        }
        outbox.forgive();
        report();
      }
    }
  }
}
