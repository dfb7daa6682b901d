package io.fastroom.watch;

/** A user's place in a room. Thread: the WatchVerticle's. */
final class Place {
  final WatchedUser user;
  final long roomId;
  /** Null until a socket was shown the room. */
  WatchedRoom room;
  /** Its index in the room's list. */
  int index = -1;
  /** Of the event that made the user what they are in the room, or of a later one. */
  long changedSeq;
  long readSeq;
  /** The seq of the event that took the right to the room away, 0 for none: nothing is told until it is known what is. */
  long lostSeq;

  Place(WatchedUser user, long roomId, long changedSeq, long readSeq) {
    this.user = user;
    this.roomId = roomId;
    this.changedSeq = changedSeq;
    this.readSeq = readSeq;
  }

  boolean isFenced() {
    return lostSeq > 0;
  }
}
