package io.fastroom.websocket;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The sockets of one event loop that have not taken all they were given. When the node has queued more than its budget,
 * those of them that owe most pay for it, and nobody else.
 *
 * <p>Thread: its event loop.
 */
final class Debtors {
  private final SocketBudget budget;
  private final Set<Outbox> debtors = new LinkedHashSet<>();
  private long owed;
  /** What the budget knows of {@link #owed}. */
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

  /** More is queued than was, or less. */
  void owes(long bytes) {
    owed += bytes;
  }

  /** To be told whenever it changes whether a socket owes anything. */
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

  boolean isExceeded() {
    return budget.isExceeded();
  }

  /** Tells the budget and closes whom it must; to be called at the end of each iteration of the loop. */
  void balance() {
    report();
    if (budget.isExceeded() && !debtors.isEmpty()) {
      // What has been taken since is owed no more.
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
    // First their queues are dropped; if that does not do, their channels with what those still hold.
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
