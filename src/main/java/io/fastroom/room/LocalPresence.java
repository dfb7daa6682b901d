package io.fastroom.room;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who is in a room, as this node has told its sockets. Changes come by several roads (the answer of Redis to this node, the
 * channel, a look at the whole); of two about one user the one with the greater version holds, so the order they arrive in
 * does not matter and each is told once.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class LocalPresence {
  /** Longer than any road takes; after it the next look at the whole would mend what a late message broke. */
  private static final long GONE_MICROS = 120_000_000;

  private final TreeMap<String, Long> present = new TreeMap<>();
  private final Map<String, Long> gone = new HashMap<>();

  /** Sorted. */
  List<String> users() {
    return new ArrayList<>(present.keySet());
  }

  boolean has(String username) {
    return present.containsKey(username);
  }

  /** @return whether this is news */
  boolean join(String username, long version) {
    Long left = gone.get(username);
    if (left != null && left > version) {
      return false;
    }
    gone.remove(username);
    boolean news = !present.containsKey(username);
    present.merge(username, version, Math::max);
    return news;
  }

  /** A join that Redis was not asked about: the next word of Redis about the user beats it. @return whether this is news */
  boolean joinUnconfirmed(String username) {
    Long left = gone.remove(username);
    return present.putIfAbsent(username, left == null ? 0 : left) == null;
  }

  /** @return whether this is news */
  boolean leave(String username, long version) {
    Long joined = present.get(username);
    if (joined == null) {
      gone.merge(username, version, Math::max);
      return false;
    }
    if (joined > version) {
      return false;
    }
    present.remove(username);
    gone.put(username, version);
    return true;
  }

  /** Who is here but was not in a look at the whole taken at {@code version}. */
  List<String> missing(List<String> users, long version) {
    List<String> missing = new ArrayList<>();
    present.forEach((username, since) -> {
      if (since <= version && Collections.binarySearch(users, username) < 0) {
        missing.add(username);
      }
    });
    return missing;
  }

  void forget(long nowMicros) {
    gone.values().removeIf(version -> version < nowMicros - GONE_MICROS);
  }
}
