package io.fastroom.room;

/** What became of an event that was offered to a {@link LiveRoom}. */
enum Offer {
  /** Released, or waiting for those before it. */
  TAKEN,
  /** Had before. */
  KNOWN,
  /**
   * Its seq was released already, and not with this time as far as is known, or it or what waited behind it is older than
   * what is before: the log may be another one.
   */
  SUSPECT
}
