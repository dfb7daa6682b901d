package io.fastroom.bench.load;

import java.util.HashSet;
import java.util.Set;

/**
 * Tells delivered, lost, doubled and reordered messages apart: the number each receiver expects next from each sender
 * of its room, and what was skipped on the way.
 *
 * <p>Thread: the loop's.
 */
final class Ledger {
  private record Skipped(int slot, int n) { }

  private final int[] next;
  private final Set<Skipped> skipped = new HashSet<>();
  private long delivered;
  private long doubled;
  private long reordered;

  /** @param slots pairs of a receiver and a sender of its room */
  Ledger(int slots) {
    next = new int[slots];
  }

  /** Notes the n-th message of a pair; whether it is the first time. */
  boolean note(int slot, int n) {
    int due = next[slot];
    if (n == due) {
      next[slot] = n + 1;
      delivered++;
      return true;
    }
    return late(slot, n, due);
  }

  private boolean late(int slot, int n, int due) {
    if (n > due) {
      for (int i = due; i < n; i++) {
        skipped.add(new Skipped(slot, i));
      }
      next[slot] = n + 1;
    } else if (skipped.remove(new Skipped(slot, n))) {
      reordered++;
    } else {
      doubled++;
      return false;
    }
    delivered++;
    return true;
  }

  long delivered() {
    return delivered;
  }

  long doubled() {
    return doubled;
  }

  long reordered() {
    return reordered;
  }
}
