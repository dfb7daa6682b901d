package io.fastroom.websocket;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * When each of many is looked after: a wheel of seconds, so that the others cost nothing meanwhile.
 *
 * <p>Thread: that of its owner. Limits: one is planned for less than {@link #SLOTS} seconds ahead; what is for later
 * comes to be planned anew.
 */
final class Wheel<T extends Wheel.Entry<T>> {
  /** What is in at most one place of the wheel. */
  abstract static class Entry<T> {
    private static final int NOWHERE = -1;
    private static final int NEVER = -2;

    private T next;
    private T previous;
    private int slot = NOWHERE;
  }

  static final int SLOTS = 64;
  private static final long SLOT_MILLIS = 1_000;
  /** A timer may be that much early. */
  private static final long EARLY_MILLIS = 50;

  /** The first one of each second. */
  private final List<T> slots = new ArrayList<>(Collections.nCopies(SLOTS, null));
  private final long began;
  private long passed;

  /** @param now in milliseconds of a clock that is never set */
  Wheel(long now) {
    began = now;
  }

  /** In the next second. */
  void soon(T entry) {
    plan(entry, passed + 1);
  }

  /** @param time by the clock that {@link #pass} is told; it comes within a second after, or earlier when that is far */
  void at(T entry, long time) {
    long second = (time - began + SLOT_MILLIS - 1) / SLOT_MILLIS;
    plan(entry, Math.max(passed + 1, Math.min(second, passed + SLOTS - 1)));
  }

  /** It will not come again, whatever is planned. */
  void end(T entry) {
    remove(entry);
    slotOf(entry, Entry.NEVER);
  }

  /**
   * To be called every second.
   *
   * @param action is given each whose time has come, planned for the next second unless it is planned otherwise by it
   */
  void pass(long now, Consumer<T> action) {
    long before = passed;
    passed = Math.max(before, (now - began + EARLY_MILLIS) / SLOT_MILLIS);
    // What is planned meanwhile is in none of these.
    for (long second = Math.max(before + 1, passed - SLOTS + 2); second <= passed; second++) {
      int slot = (int) (second % SLOTS);
      for (T entry = slots.get(slot); entry != null; entry = slots.get(slot)) {
        soon(entry);
        action.accept(entry);
      }
    }
  }

  private void plan(T entry, long second) {
    int slot = (int) (second % SLOTS);
    int present = slotOf(entry);
    if (present == slot || present == Entry.NEVER) {
      return;
    }
    remove(entry);
    T first = slots.set(slot, entry);
    slotOf(entry, slot);
    link(entry, first);
  }

  private void remove(T entry) {
    Entry<T> its = entry;
    if (its.previous != null) {
      link(its.previous, its.next);
    } else if (its.slot >= 0) {
      slots.set(its.slot, its.next);
      if (its.next != null) {
        ((Entry<T>) its.next).previous = null;
      }
    }
    its.next = null;
    its.previous = null;
  }

  private void link(T before, T after) {
    ((Entry<T>) before).next = after;
    if (after != null) {
      ((Entry<T>) after).previous = before;
    }
  }

  private int slotOf(T entry) {
    return ((Entry<T>) entry).slot;
  }

  private void slotOf(T entry, int slot) {
    ((Entry<T>) entry).slot = slot;
  }
}
