package io.fastroom.model;

import java.time.Instant;

/**
 * A room in the list of one of its members.
 *
 * @param seq of the last event of its log
 * @param ts that event's time, null when there is none
 * @param changedSeq of the event that made the user a member, or of a later one about them
 * @param readSeq how far they have read, where they joined at least
 * @param unread how many undeleted messages of others are after it, 99 for more
 * @param last the last message that is not deleted, null when there is none
 */
public record ListedRoom(Room room, long seq, Instant ts, long changedSeq, long readSeq, int unread, int mentions,
                         LastMessage last) {
  /** The same for one who has read further meanwhile. */
  public ListedRoom readTo(long readTo) {
    return readTo <= readSeq ? this
        : new ListedRoom(room, seq, ts, changedSeq, readTo, readTo >= seq ? 0 : unread, mentions, last);
  }
}
