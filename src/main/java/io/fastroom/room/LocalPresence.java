package io.fastroom.room;

import io.fastroom.room.RoomApi.Who;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Who is in a room, as this node has told its sockets. Changes come from several sources (Redis's answers to this node,
 * the channel, full reads from Redis). Of two changes to the same user the one with the greater version wins, so the
 * order of arrival does not matter and each change is told once.
 *
 * <p>Thread: the RoomVerticle's.
 */
final class LocalPresence {
  /**
   * Longer than any message is under way; after that, a late message's damage would be repaired by the next full read.
   */
  private static final long GONE_NANOS = TimeUnit.SECONDS.toNanos(120);

  private record Gone(long version, long at) { }

  private final TreeMap<String, Long> present = new TreeMap<>();
  private final Map<String, Gone> gone = new HashMap<>();
  /** Users who were missing from the last full read, and since when (nanoseconds) they have not been heard of. */
  private Map<String, Long> missingSince = new HashMap<>();

  /** Sorted. */
  List<String> users() {
    return new ArrayList<>(present.keySet());
  }

  Who who(String after, int limit) {
    return page(present.navigableKeySet(), after, limit);
  }

  /**
   * A page of these names. @param after the name it begins after, null for the start; @param limit the page's length
   */
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
    missingSince.remove(username);
    Gone left = gone.get(username);
    if (left != null && left.version > version) {
      return false;
    }
    gone.remove(username);
    boolean news = !present.containsKey(username);
    present.merge(username, version, Math::max);
    return news;
  }

  /** A join that Redis was not asked about: its next message about the user wins. @return whether this is news */
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
   * How a full read differs from the view.
   *
   * @param unknown who is in the read alone; @param missing who is here alone, and has been long enough
   */
  record Difference(List<String> unknown, List<String> missing) { }

  /**
   * Compares with a full read taken at {@code version}, which is as good as a join of everybody in it who is here. One pass
   * over both: of a large room others wait for it.
   *
   * @param users sorted
   * @param now in nanoseconds, of the monotonic clock
   * @param patience only those are missing who have been from every read for as long, in nanoseconds, and whom no node has
   * written again meanwhile; who came after the read never is
   */
  Difference compare(List<String> users, long version, long now, long patience) {
    List<String> unknown = new ArrayList<>(0);
    Map<String, Long> missing = new HashMap<>();
    int next = 0;
    for (Map.Entry<String, Long> here : present.entrySet()) {
      int order = 1;
      while (next < users.size() && (order = here.getKey().compareTo(users.get(next))) > 0) {
        unknown.add(users.get(next++));
      }
      if (order == 0) {
        here.setValue(Math.max(here.getValue(), version));
        next++;
      } else if (here.getValue() <= version) {
        missing.put(here.getKey(), missingSince.getOrDefault(here.getKey(), now));
      }
    }
    unknown.addAll(users.subList(next, users.size()));
    missingSince = missing;
    return new Difference(unknown, missing.entrySet().stream().filter(each -> now - each.getValue() >= patience)
        .map(Map.Entry::getKey).toList());
  }

  void forget() {
    long now = System.nanoTime();
    gone.values().removeIf(left -> now - left.at > GONE_NANOS);
  }
}
