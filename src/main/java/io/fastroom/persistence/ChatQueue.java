package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Messages, or reactions, that wait for a commit, by room: within a room in order of arrival. When there are more than one
 * batch takes, rooms take turns, and before them come those of users and rooms for whom little waits.
 *
 * <p>Thread: the chat writer's, but for {@link #size}. Limits: by weight, which is of characters and of items; beyond
 * {@value #LIMIT} only those are taken for whom less waits than for others, up to twice as much in all.
 */
final class ChatQueue<P extends Pending> {
  static final int MAX_ITEMS = 256;
  /** Of a batch: as long as a commit of it takes, everybody else waits. */
  private static final int MAX_WEIGHT = 192 << 10;
  /** What an item weighs beside its characters. */
  private static final int ITEM = 512;
  private static final int LIMIT = 8 << 20;
  /** What a room has in one turn, while others wait. */
  private static final int TURN = 16 << 10;
  /** What little is. */
  private static final int LITTLE = 8 << 10;

  private final Map<Long, Waiting<P>> rooms = new LinkedHashMap<>();
  /** By user. */
  private final Map<Long, Integer> weights = new HashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private int weight;

  /** What waits in a room. */
  private static final class Waiting<P> {
    final ArrayDeque<P> items = new ArrayDeque<>();
    int weight;
  }

  private static int weight(Pending item) {
    return item.size() + ITEM;
  }

  private int weightOf(long userId) {
    return weights.getOrDefault(userId, 0);
  }

  /** Whether this one may be added. */
  boolean hasPlace(P item) {
    return weight < LIMIT
        || weight < 2 * LIMIT && weightOf(item.userId()) + weight(item) <= LIMIT / 2 / (weights.size() + 1);
  }

  /** Any thread. */
  int size() {
    return size.get();
  }

  boolean has(long roomId) {
    return rooms.containsKey(roomId);
  }

  int rooms() {
    return rooms.size();
  }

  void add(P item) {
    Waiting<P> room = room(item.roomId());
    room.items.addLast(item);
    count(room, item, 1);
  }

  private Waiting<P> room(long roomId) {
    return rooms.computeIfAbsent(roomId, id -> new Waiting<>());
  }

  /** Puts them back at the head of their rooms' queues; the {@code items} of one room are in order. */
  void putBack(List<P> items) {
    for (int i = items.size() - 1; i >= 0; i--) {
      Waiting<P> room = room(items.get(i).roomId());
      room.items.addFirst(items.get(i));
      count(room, items.get(i), 1);
    }
  }

  /** Everything that waits in a room, in order. */
  List<P> remove(long roomId) {
    Waiting<P> room = rooms.remove(roomId);
    List<P> items = room == null ? List.of() : List.copyOf(room.items);
    items.forEach(item -> count(room, item, -1));
    return items;
  }

  /** The next batch; the messages of a room stay together. Those that would be too late are refused instead. */
  List<P> take(int maxRooms, int maxItems) {
    expire();
    Taking taking = new Taking();
    if (rooms.size() > maxRooms || size.get() > maxItems || weight > MAX_WEIGHT) {
      // Half of it: the others are to get on as well.
      taking.take(maxRooms / 2, maxItems / 2, MAX_WEIGHT / 2, TURN, this::isLittle);
      taking.take(maxRooms, maxItems, MAX_WEIGHT, TURN, any -> true);
    }
    taking.take(maxRooms, maxItems, MAX_WEIGHT, MAX_WEIGHT, any -> true);
    return taking.end();
  }

  private boolean isLittle(Waiting<P> room) {
    return room.weight <= LITTLE && weightOf(room.items.peek().userId()) <= LITTLE;
  }

  /** What a batch takes of each room. */
  private final class Taking {
    private final Map<Long, List<P>> taken = new LinkedHashMap<>();
    private final Set<Object> subjects = new HashSet<>();
    private int items;
    private int sum;

    /** The limits are those of all that is taken, but for {@code each}: the weight that is taken of a room now. */
    void take(int maxRooms, int maxItems, int maxWeight, int each, Predicate<Waiting<P>> which) {
      rooms.forEach((id, room) -> {
        if ((taken.size() < maxRooms || taken.containsKey(id)) && items < maxItems && sum < maxWeight && which.test(room)) {
          List<P> mine = taken.computeIfAbsent(id, none -> new ArrayList<>());
          int end = Math.min(maxWeight, sum + each);
          while (items < maxItems && sum < end && isNext(room.items.peek())) {
            P item = room.items.poll();
            count(room, item, -1);
            items++;
            sum += weight(item);
            mine.add(item);
          }
        }
      });
    }

    private boolean isNext(P item) {
      return item != null && (item.subject() == null || subjects.add(item.subject()));
    }

    /** What has been taken; where something is left, it comes after the others. */
    List<P> end() {
      taken.keySet().forEach(id -> {
        Waiting<P> room = rooms.remove(id);
        if (!room.items.isEmpty()) {
          rooms.put(id, room);
        }
      });
      return taken.values().stream().flatMap(List::stream).toList();
    }
  }

  private void expire() {
    long now = ChatWriter.now();
    for (Iterator<Waiting<P>> each = rooms.values().iterator(); each.hasNext();) {
      Waiting<P> room = each.next();
      while (!room.items.isEmpty() && room.items.peek().deadline() - ChatWriter.BEGIN_MILLIS <= now) {
        P late = room.items.poll();
        count(room, late, -1);
        late.fail(new Refused(Problem.UNAVAILABLE));
      }
      if (room.items.isEmpty()) {
        each.remove();
      }
    }
  }

  private void count(Waiting<P> room, P item, int by) {
    size.addAndGet(by);
    int more = by * weight(item);
    weight += more;
    room.weight += more;
    // Null takes the user out.
    weights.merge(item.userId(), more, (before, change) -> before + change == 0 ? null : Integer.valueOf(before + change));
  }
}
