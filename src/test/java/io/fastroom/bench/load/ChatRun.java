package io.fastroom.bench.load;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** A schedule of chats under way. Thread: the scenario's. */
public final class ChatRun {
  private final Generator generator;
  private final ChatLoad load;

  /**
   * What came of it.
   *
   * @param expected what should have been delivered: each chat to each socket in its room
   * @param unsent chats whose sender was gone
   * @param micros from the scheduled moment of a chat to each delivery, of the measured time
   */
  public record Outcome(long sent, long unsent, long expected, long delivered, long doubled, long reordered,
                        Histogram micros) {
    public long lost() {
      return expected - delivered;
    }
  }

  ChatRun(Generator generator, ChatLoad load) {
    this.generator = generator;
    this.load = load;
  }

  /** Waits for the end of the warm-up. */
  public void awaitWarm() {
    awaitUntil(load.startNanos + load.plan().fromNanos());
  }

  /** Waits for the end of the measured time. */
  public void awaitEnd() {
    awaitUntil(load.startNanos + load.plan().toNanos());
  }

  private static void awaitUntil(long nanoTime) {
    for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Deliveries so far. */
  public long delivered() {
    return generator.call(() -> load.ledger().delivered());
  }

  /** Waits until everything is delivered, but not longer than the limit. */
  public Outcome finish(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end && generator.call(() -> load.ledger().delivered() < load.expected)) {
      LockSupport.parkNanos(20_000_000);
    }
    return generator.call(() -> new Outcome(load.sent, load.unsent, load.expected, load.ledger().delivered(),
        load.ledger().doubled(), load.ledger().reordered(), load.micros.copy()));
  }
}
