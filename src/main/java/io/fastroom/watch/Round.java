package io.fastroom.watch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * Goes round everything of a kind, some each time, and rests once all of it was right and nothing has been committed since.
 * Thread: the WatchVerticle's.
 */
final class Round<T> {
  private final Supplier<Collection<T>> all;
  private final Deque<T> left = new ArrayDeque<>();
  /** What the database looked like when the round began. */
  private String began;
  private boolean wrong;
  /** What it looked like when a round began that found nothing; null for none. */
  private String right;

  Round(Supplier<Collection<T>> all) {
    this.all = all;
  }

  /** @param now what the database looks like, from before it is compared */
  List<T> next(String now, int most) {
    if (left.isEmpty() && !now.equals(right)) {
      began = now;
      wrong = false;
      left.addAll(all.get());
    }
    List<T> next = new ArrayList<>(Math.min(most, left.size()));
    while (!left.isEmpty() && next.size() < most) {
      next.add(left.poll());
    }
    return next;
  }

  /** What {@link #next} gave has been compared. */
  void compared(boolean foundNothing) {
    wrong |= !foundNothing;
    right = wrong || !left.isEmpty() ? null : began;
  }

  /** Goes round once more in any case. */
  void again() {
    right = null;
    wrong = true;
  }
}
