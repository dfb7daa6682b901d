package io.fastroom.watch;

import java.util.HashSet;
import java.util.Set;

/** A user one of whose sockets on this node watches. Thread: the WatchVerticle's. */
final class WatchedUser {
  final long id;
  final Set<String> conns = new HashSet<>(2);
  final PlaceTable places = new PlaceTable();
  /** That of the places in the database, -1 while they have not been read. */
  long version = -1;
  /** The places are being read. */
  boolean syncing;
  /** When they were last, by {@link System#nanoTime}. */
  long syncedAt;

  WatchedUser(long id) {
    this.id = id;
  }

  boolean isNew() {
    return version < 0;
  }
}
