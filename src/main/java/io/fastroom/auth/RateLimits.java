package io.fastroom.auth;

import io.vertx.core.Future;

/**
 * What may be done how often, counted for all nodes together; while Redis is away each node counts for itself. All times
 * are milliseconds.
 *
 * <p>Thread: any; answers come on the asker's context, and never fail.
 */
public interface RateLimits {
  /** What {@link #take} answers when the budget is full but some of its tries may yet give their place back. */
  long UNDECIDED = -1;

  /** So many tries in a window that begins with the first one. */
  record Budget(int tries, int windowMillis) { }

  /** So many failures in a window are free; each one more makes the next try wait twice as long. */
  record SlowDown(int free, int windowMillis, int firstMillis, int longestMillis) { }

  /** Takes a place for one try: 0 when it may go on (and is to be settled), {@link #UNDECIDED}, or when to come again. */
  Future<Long> take(String key, Budget budget);

  /** What a try came to: one that counts keeps its place until the window ends, another gives it back. */
  void settle(String key, Budget budget, boolean counts);

  /** How long the next try has to wait. */
  Future<Long> waitMillis(String key, SlowDown slowDown);

  void failed(String key, SlowDown slowDown);

  /**
   * Puts one into a bucket that is emptied at a steady rate: 0 when there was room, else when to come again.
   *
   * @param costMillis how long one takes to drain
   * @param sizeMillis how much the bucket holds
   */
  Future<Long> pour(String key, int costMillis, int sizeMillis);

  /** Lets everything through. */
  final class Unlimited implements RateLimits {
    private static final Future<Long> GO = Future.succeededFuture(0L);

    @Override
    public Future<Long> take(String key, Budget budget) {
      return GO;
    }

    @Override
    public void settle(String key, Budget budget, boolean counts) { }

    @Override
    public Future<Long> waitMillis(String key, SlowDown slowDown) {
      return GO;
    }

    @Override
    public void failed(String key, SlowDown slowDown) { }

    @Override
    public Future<Long> pour(String key, int costMillis, int sizeMillis) {
      return GO;
    }
  }
}
