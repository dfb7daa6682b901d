package io.fastroom.bench.load;

import java.time.Duration;

/**
 * A schedule of chats.
 *
 * @param perSecond of all senders together
 * @param senders the first sockets, which send in turn
 * @param size letters of a text
 * @param warmUp before what is measured
 */
public record ChatPlan(double perSecond, int senders, int size, Duration warmUp, Duration measured) {
  long nanosBetween() {
    return (long) (1e9 / perSecond);
  }

  long fromNanos() {
    return warmUp.toNanos();
  }

  long toNanos() {
    return warmUp.plus(measured).toNanos();
  }
}
