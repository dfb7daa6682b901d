package io.fastroom.room;

import io.fastroom.room.RoomApi.Delivery;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * What one hub has been handed of one room and has not said that it has written, and what waits until it has: so that what
 * a hub gathers of a room is bounded.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class HandedRoom {
  /** What a hub may have to write of a room, in bytes of events, before the rest waits. */
  static final long LIMIT = 256 << 10;

  /** What may wait, in the same bytes, before no more should be said. */
  private static final long CROWDED = 4 << 20;

  private final Queue<Delivery> waiting = new ArrayDeque<>(0);
  private long waitingBytes;
  private long handed;
  /** What the hub is asked about, of these bytes; 0 while it is not. */
  private long asked;

  /** Returns false if the delivery has to wait, as it now does. */
  boolean hand(Delivery delivery) {
    boolean now = waiting.isEmpty() && handed < LIMIT;
    if (now) {
      count(delivery);
    } else {
      waiting.add(delivery);
      waitingBytes += bytes(delivery);
    }
    return now;
  }

  private void count(Delivery delivery) {
    handed += bytes(delivery);
  }

  private static int bytes(Delivery delivery) {
    return delivery.json() == null ? 0 : delivery.json().length;
  }

  /** @param before whether it was: half of what waits has to go before it is not any more */
  boolean isCrowded(boolean before) {
    return waitingBytes > (before ? CROWDED / 2 : CROWDED);
  }

  /** The next that need not wait any more, null for none. */
  Delivery next() {
    return handed < LIMIT ? take() : null;
  }

  /** The next that waits, although it should; null for none. */
  Delivery take() {
    Delivery next = waiting.poll();
    if (next != null) {
      waitingBytes -= bytes(next);
      count(next);
    }
    return next;
  }

  /**
   * Whether the hub is to be asked, which it then is: when it has half of what it may have, so that its answer mostly comes
   * before it has all of it.
   */
  boolean ask() {
    boolean ask = asked == 0 && handed >= LIMIT / 2;
    if (ask) {
      asked = handed;
    }
    return ask;
  }

  /** The hub has written what it had been handed when it was asked. */
  void caughtUp() {
    handed -= asked;
    asked = 0;
  }
}
