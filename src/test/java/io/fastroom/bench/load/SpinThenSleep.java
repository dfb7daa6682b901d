package io.fastroom.bench.load;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;

/**
 * Polls for a moment before the loop sleeps: waking a receiver that sleeps on the same machine costs the sender, that
 * is, the server that is measured, an interrupt to the other core.
 *
 * <p>Thread: the loop's.
 */
final class SpinThenSleep implements SelectStrategy {
  private static final long SPIN_NANOS = 200_000;

  private long idleSince;
  private long lastPoll;
  private long polledNanos;

  @Override
  public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
    int ready = selectNow.get();
    if (ready > 0 || hasTasks) {
      idleSince = 0;
      return ready;
    }
    long now = System.nanoTime();
    if (idleSince == 0) {
      idleSince = now;
    } else {
      polledNanos += now - lastPoll;
    }
    lastPoll = now;
    if (now - idleSince < SPIN_NANOS) {
      return CONTINUE;
    }
    idleSince = 0;
    return SELECT;
  }

  /** Time spent polling in vain, which is no work. */
  long polledNanos() {
    return polledNanos;
  }
}
