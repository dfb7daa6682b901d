package io.fastroom.websocket;

import io.fastroom.room.RoomApi.StartOver;

/**
 * One socket in one room.
 *
 * <p>Live: it gets what the room releases; its position is the room's. Behind: it is at {@link #position} and
 * {@link CatchUp} reads the log for it, because its peer reads slowly or because it resumes from long ago.
 *
 * <p>Thread: the event loop of its hub.
 */
final class Subscription {
  final Session session;
  /** The session's, kept here because every delivery uses it. */
  final Outbox outbox;
  final HubRoom room;
  /** Its index in {@link HubRoom}'s list, for removal in constant time; -1 when it has left. */
  int index = -1;
  boolean behind;
  /** The last seq it got, while behind. */
  long position;
  /** Up to here events answer a join with {@code since} and go into history frames. */
  long resumeTo;
  /** The seq of the event that removed it while it was behind, else 0: it gets the log up to there and is then gone. */
  long fence;
  /** What is done when it has got that far. */
  Runnable putOut;
  /** The last seq of its own chats. */
  long said;
  /** A read of the log is under way. */
  boolean reading;
  /** Typing or presence was skipped: the list of who is there is to be sent again. */
  boolean missedPresence;
  /** What it is to be told first because the room's log has become another one; null for nothing. */
  StartOver startOver;
  /** The name by which it knows the room, while behind: that of its position, which the room may have had long ago. */
  String knownAs;
  boolean muted;
  /** It only reads, and its user was no member when it began: whether it is out of a room made private is to be asked. */
  boolean guest;

  Subscription(Session session, HubRoom room) {
    this.session = session;
    this.outbox = session.outbox();
    this.room = room;
  }

  /**
   * Whether it is told who is present, as every socket is, also one of a key that only reads and is not present itself; a
   * stream only gets what is in the log.
   */
  boolean isPresent() {
    return outbox.framing() == Framing.WEB_SOCKET;
  }

  boolean isGone() {
    return index < 0;
  }

  /** Whether it has everything up to {@code seq}, or never will. */
  boolean has(long seq) {
    return isGone() || seq <= (behind ? position : room.released());
  }

  /** Its user is not in the room any more. */
  boolean isFenced() {
    return fence > 0;
  }

  void free() {
    fence = 0;
    putOut = null;
  }
}
