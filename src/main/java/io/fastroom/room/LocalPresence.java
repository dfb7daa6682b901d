package io.fastroom.room;

import io.fastroom.room.RoomApi.Who;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Who is in a room, as this node has told its sockets. Changes come by several roads (the answer of Redis to this node, the
 * channel, a look at the whole); of two about one user the one with the greater version holds, so the order they arrive in
 * does not matter and each is told once.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class LocalPresence {
  /** Longer than any road takes; after it the next look at the whole would mend what a late message broke. */
  private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(120);

  private record Gone(long version, long at) { }

  private final TreeMap<String, Long> present = new TreeMap<>();
  private final Map<String, Gone> gone = new HashMap<>();
  /** Who was missing in the last look and has not been heard of since. */
  private Set<String> suspects = new HashSet<>();

  /** Sorted. */
  List<String> users() {
    return new ArrayList<>(present.keySet());
  }

  Who who(String after, int limit) {
    return page(present.navigableKeySet(), after, limit);
  }

  /** Some of these names. @param after whom they come after, null for from the first; @param limit the most of them */
  static Who page(NavigableSet<String> names, String after, int limit) {
    NavigableSet<String> rest = after == null ? names : names.tailSet(after, false);
    List<String> users = rest.stream().limit(limit).toList();
    boolean more = users.size() == limit && limit > 0 && !rest.last().equals(users.get(limit - 1));
    return new Who(users, names.size(), more);
  }

  int count() {
    return present.size();
  }

  boolean has(String username) {
    return present.containsKey(username);
  }

  /** @return whether this is news */
  boolean join(String username, long version) {
    suspects.remove(username);
    Gone left = gone.get(username);
    if (left != null && left.version > version) {
      return false;
    }
    gone.remove(username);
    boolean news = !present.containsKey(username);
    present.merge(username, version, Math::max);
    return news;
  }

  /** A join that Redis was not asked about: the next word of Redis about the user beats it. @return whether this is news */
  boolean joinUnconfirmed(String username) {
    Gone left = gone.remove(username);
    return present.putIfAbsent(username, left == null ? 0 : left.version) == null;
  }

  /** @return whether this is news */
  boolean leave(String username, long version) {
    Long joined = present.get(username);
    if (joined == null) {
      gone.merge(username, new Gone(version, System.nanoTime()), (was, is) -> was.version > is.version ? was : is);
      return false;
    }
    if (joined > version) {
      return false;
    }
    present.remove(username);
    gone.put(username, new Gone(version, System.nanoTime()));
    return true;
  }

  /**
   * Who is here but was not in a look at the whole taken at {@code version}.
   *
   * @param twice only who was missing in the look before as well and whom no node has written again since
   */
  List<String> missing(List<String> users, long version, boolean twice) {
    List<String> missing = new ArrayList<>();
    present.forEach((username, since) -> {
      if (since <= version && Collections.binarySearch(users, username) < 0) {
        missing.add(username);
      }
    });
    List<String> answer = twice ? missing.stream().filter(suspects::contains).toList() : missing;
    suspects = new HashSet<>(missing);
    return answer;
  }

  void forget() {
    long now = System.nanoTime();
    gone.values().removeIf(left -> now - left.at > GONE_NANOS);
  }
}
