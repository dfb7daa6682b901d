package io.fastroom.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A place in one room's log: an event's {@code seq} and its {@code ts} together. Two histories of a room (before and
 * after a restore, a failover that lost the end of the log, a room deleted and created again under the same name) may
 * use the same seq, but not with the same time.
 *
 * <p>Before the first event of a room it is 0 and the time at which the room was created. Immutable.
 *
 * @param ts null when it is not known
 */
public record Position(long seq, Instant ts) {
  /** A prime, small enough that a bigint holds the sum of as many as there can be. */
  public static final long MODULUS = 1_000_000_007;

  /**
   * Whether both are the same event. Times are compared to the microsecond, which is what PostgreSQL and the wire keep.
   */
  public boolean isSame(long otherSeq, Instant otherTs) {
    return seq == otherSeq && sameTime(ts, otherTs);
  }

  /** A checksum of its time, below {@link #MODULUS}: the sums over two ranges differ when the ranges do. */
  public long checksum() {
    return Math.floorMod(ChronoUnit.MICROS.between(Instant.EPOCH, ts), MODULUS);
  }

  /** Whether two times are equal to the microsecond; one that is not known, null, equals none. */
  public static boolean sameTime(Instant one, Instant other) {
    return one != null && other != null
        && one.truncatedTo(ChronoUnit.MICROS).equals(other.truncatedTo(ChronoUnit.MICROS));
  }
}
