package io.fastroom.room;

/**
 * Until when no connection of a room expires in Redis, as far as is known: nobody need look before. Connections only ever
 * expire later than was said, and those that come do so a whole life later, but for what is to be {@link #forget
 * forgotten}.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class NextExpiry {
  private boolean known;
  private long at;
  private int forgotten;

  /** @param now in nanoseconds, of the monotonic clock */
  boolean isDue(long now) {
    return !known || now - at >= 0;
  }

  /** One may expire at any time. */
  void forget() {
    known = false;
    forgotten++;
  }

  /** To be remembered when Redis is asked: what it answers is worth nothing when it was to be forgotten meanwhile. */
  int asked() {
    return forgotten;
  }

  /** @param quietUntil in nanoseconds, of the monotonic clock */
  void learn(int asked, long quietUntil) {
    if (asked == forgotten) {
      at = known && at - quietUntil > 0 ? at : quietUntil;
      known = true;
    }
  }
}
