package io.fastroom.websocket;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Whether the peer of one socket is still there, else {@link Session} closes the idle socket: the peer is pinged, and
 * it either sends something within the heartbeat's TTL or takes some of the data queued for it.
 *
 * <p>Thread: the event loop of its socket.
 */
final class IdleSocketCheck {
  enum Sign {
    FINE,
    /** It is time for a ping. */
    PING_DUE,
    /** Nothing was heard for too long, and no data is queued for it. */
    VANISHED,
    /** It has taken none of the data queued for it. */
    STALLED
  }

  /** A peer that was sent so many bytes since its last ping is pinged again after a fifth of the interval. */
  static final int BUSY = 64 << 10;
  /** Pings may come early by half of the time between two checks; else a late check would delay them by a whole one. */
  private static final long EARLY_MILLIS = 500;
  private static final long ANSWER_MILLIS = 500;
  /** Looks that are further apart were so because nothing was queued. */
  private static final long APART_MILLIS = 2_500;

  private long heardAt;
  private long pingAt;
  private long pingedAt;
  /** Nothing was heard since the last ping. */
  private boolean asked;
  private long takenBeforePing;
  private long taken;
  private long takenAt;
  private long checkedAt;

  IdleSocketCheck(Duration interval) {
    heardAt = now();
    takenAt = heardAt;
    // Spread, so that sockets opened together are not always pinged together.
    pingAt = heardAt + ThreadLocalRandom.current().nextLong(1, interval.toMillis() + 1);
  }

  /** Milliseconds of a clock that is never set. */
  static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  void heard() {
    heardAt = now();
    asked = false;
  }

  /**
   * @param now by {@link #now}
   * @param interval from ping to ping
   * @param life how long a peer may be silent
   * @param stall how long it may leave queued data untouched
   */
  Sign check(long now, Outbox outbox, Duration interval, Duration life, Duration stall) {
    boolean owed = outbox.pending() > 0;
    if (!owed || outbox.taken() > taken || now - checkedAt > APART_MILLIS) {
      taken = outbox.taken();
      takenAt = now;
    }
    checkedAt = now;
    if (now - takenAt >= stall.toMillis()) {
      return Sign.STALLED;
    }
    // A ping to a slow reader waits behind the backlog, so taking data counts as an answer. Whose life is hardly longer
    // than the interval is asked, and given time, all the same.
    if (!owed && now - heardAt >= life.toMillis() && asked && now - pingedAt >= ANSWER_MILLIS) {
      return Sign.VANISHED;
    }
    // A peer that is sent much may stop reading for a while without being gone, so it should have been heard recently.
    boolean busy = !isCalm(outbox) && now - pingedAt >= interval.toMillis() / 5 - EARLY_MILLIS;
    if (now < pingAt - EARLY_MILLIS && !busy) {
      return Sign.FINE;
    }
    pingAt = now + interval.toMillis();
    pingedAt = now;
    asked = true;
    takenBeforePing = outbox.taken();
    outbox.tellAbove(takenBeforePing + BUSY);
    return Sign.PING_DUE;
  }

  /** Whether so little was sent since the last ping that the next one can wait for its time. */
  boolean isCalm(Outbox outbox) {
    return outbox.written() - takenBeforePing <= BUSY;
  }

  /** Until when there is nothing to check as long as nothing is queued and it is calm, by {@link #now}. */
  long restUntil(Duration life) {
    return Math.min(pingAt - EARLY_MILLIS, heardAt + life.toMillis());
  }
}
