package io.fastroom.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A place in one room's log: an event's {@code seq} and its {@code ts} together. Two histories of a room (before and
 * after a restore, a failover that lost its end, a room of the same name made anew) may give out the same seq, but not
 * with the same time.
 *
 * <p>Before the first event of a room it is 0 and the time at which the room was made. Immutable.
 *
 * @param ts null when it is not known
 */
public record Position(long seq, Instant ts) {
  /** A prime, small enough that a bigint holds the sum of as many as there can be. */
  public static final long MODULUS = 1_000_000_007;

  /** Whether both tell the same event. Compared to the microsecond, which is what PostgreSQL and the wire keep. */
  public boolean isSame(long otherSeq, Instant otherTs) {
    return seq == otherSeq && sameTime(ts, otherTs);
  }

  /** A number for its time, below {@link #MODULUS}: the sums of those of two ranges differ when the ranges do. */
  public long checksum() {
    return Math.floorMod(ChronoUnit.MICROS.between(Instant.EPOCH, ts), MODULUS);
  }

  /** Whether two times are the same to the microsecond; null is the same as none. */
  public static boolean sameTime(Instant one, Instant other) {
    return one != null && other != null
        && one.truncatedTo(ChronoUnit.MICROS).equals(other.truncatedTo(ChronoUnit.MICROS));
  }
}
