package io.fastroom.bench.load;

/** Whoever counts the chats of a crowd. Thread: the loop's. */
interface ChatListener {
  /** @param now the time of the read, {@link System#nanoTime} */
  void arrived(LoadSocket receiver, Marker marker, long now);
}
