package io.fastroom.torture;

import io.fastroom.torture.Entry.Joined;
import java.util.ArrayList;
import java.util.List;

/** What one client saw in one room from being let in, or told to start over, until the next time. Not thread-safe. */
final class Stretch {
  private final String name;
  private final long user;
  private final Joined joined;
  private final List<Entry> entries = new ArrayList<>();
  private boolean putOut;
  private boolean toTheEnd;
  private boolean givenUp;

  Stretch(String name, long user, Joined joined) {
    this.name = name;
    this.user = user;
    this.joined = joined;
  }

  void add(Entry entry) {
    entries.add(entry);
  }

  /** The node has put the user out. */
  void endByNode() {
    putOut = true;
  }

  /** The client was there to the end and had time to see all. */
  void lastToTheEnd() {
    toTheEnd = true;
  }

  String name() {
    return name;
  }

  long user() {
    return user;
  }

  Joined joined() {
    return joined;
  }

  List<Entry> entries() {
    return entries;
  }

  boolean putOut() {
    return putOut;
  }

  boolean toTheEnd() {
    return toTheEnd;
  }

  /** The client had to give up all of it. */
  void toldAfterwards() {
    givenUp = true;
  }

  boolean givenUp() {
    return givenUp;
  }

  @Override
  public String toString() {
    return name + " in room " + joined.room() + (joined.told() ? " told to start over at " : " joined at ")
        + joined.seq() + " since " + joined.since();
  }
}
