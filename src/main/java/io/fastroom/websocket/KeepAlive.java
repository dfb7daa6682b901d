package io.fastroom.websocket;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Whether the peer of one socket is there: it is pinged, and it either says something within the heartbeat's life or
 * takes something of what waits for it.
 *
 * <p>Thread: the event loop of its socket.
 */
final class KeepAlive {
  enum Sign {
    FINE,
    /** It is time for a ping. */
    PING_DUE,
    /** Nothing was heard for too long and nothing waits for it. */
    VANISHED,
    /** It has taken nothing of what waits for it. */
    STALLED
  }

  /** A peer that was given so much since its last ping is pinged again after a fifth of the interval, in bytes. */
  private static final int BUSY = 64 << 10;
  /** Pings may come early by half of the time between two checks, else a late check would put them off by a whole one. */
  private static final long EARLY_MILLIS = 500;

  private long heardAt;
  private long pingAt;
  private long pingedAt;
  private long takenBeforePing;
  private long taken;
  private long takenAt;

  KeepAlive(Duration interval) {
    heardAt = now();
    takenAt = heardAt;
    // Spread, so that sockets that came together are not pinged together for ever.
    pingAt = heardAt + ThreadLocalRandom.current().nextLong(1, interval.toMillis() + 1);
  }

  /** Milliseconds of a clock that nobody sets. */
  static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  void heard() {
    heardAt = now();
  }

  /**
   * @param interval from ping to ping
   * @param life how long a peer may be silent
   * @param stall how long it may take nothing
   */
  Sign check(Outbox outbox, Duration interval, Duration life, Duration stall) {
    long now = now();
    boolean owed = outbox.pending() > 0;
    if (!owed || outbox.taken() > taken) {
      taken = outbox.taken();
      takenAt = now;
    }
    if (now - takenAt >= stall.toMillis()) {
      return Sign.STALLED;
    }
    // A ping to one who reads slowly waits behind the backlog: taking it counts for an answer.
    if (!owed && now - heardAt >= life.toMillis()) {
      return Sign.VANISHED;
    }
    // One that is sent much may stop reading for a while and not be gone: it should have been heard just before.
    boolean busy = outbox.taken() - takenBeforePing > BUSY && now - pingedAt >= interval.toMillis() / 5 - EARLY_MILLIS;
    if (now < pingAt - EARLY_MILLIS && !busy) {
      return Sign.FINE;
    }
    pingAt = now + interval.toMillis();
    pingedAt = now;
    takenBeforePing = outbox.taken();
    return Sign.PING_DUE;
  }
}
