package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Messages, or reactions, that wait for a commit, by room: within a room in order of arrival, and rooms take turns.
 *
 * <p>Thread: the chat writer's, but for {@link #size}. Limits: by number and by characters.
 */
final class ChatQueue<P extends Pending> {
  static final int MAX_ITEMS = 256;
  static final int MAX_CHARS = 1 << 20;
  private static final int MAX_WAITING_ITEMS = 20_000;
  private static final int MAX_WAITING_CHARS = 32 << 20;

  private final Map<Long, ArrayDeque<P>> rooms = new LinkedHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private int chars;

  boolean isFull() {
    return size.get() >= MAX_WAITING_ITEMS || chars >= MAX_WAITING_CHARS;
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
    rooms.computeIfAbsent(item.roomId(), id -> new ArrayDeque<>()).addLast(item);
    count(item, 1);
  }

  /** Puts them back at the head of their rooms' queues; the {@code items} of one room are in order. */
  void putBack(List<P> items) {
    for (int i = items.size() - 1; i >= 0; i--) {
      rooms.computeIfAbsent(items.get(i).roomId(), id -> new ArrayDeque<>()).addFirst(items.get(i));
      count(items.get(i), 1);
    }
  }

  /** Everything that waits in a room, in order. */
  List<P> remove(long roomId) {
    ArrayDeque<P> queue = rooms.remove(roomId);
    List<P> items = queue == null ? List.of() : List.copyOf(queue);
    items.forEach(item -> count(item, -1));
    return items;
  }

  /** The next batch; the messages of a room stay together. Those that would be too late are refused instead. */
  List<P> take(int maxRooms, int maxItems) {
    expire();
    List<P> batch = new ArrayList<>();
    List<Long> unfinished = new ArrayList<>();
    int taken = 0;
    int batchChars = 0;
    Set<Object> subjects = new HashSet<>();
    Iterator<Map.Entry<Long, ArrayDeque<P>>> turns = rooms.entrySet().iterator();
    while (turns.hasNext() && taken < maxRooms && batch.size() < maxItems && batchChars < MAX_CHARS) {
      Map.Entry<Long, ArrayDeque<P>> turn = turns.next();
      ArrayDeque<P> queue = turn.getValue();
      while (!queue.isEmpty() && batch.size() < maxItems && batchChars < MAX_CHARS
          && (queue.peek().subject() == null || subjects.add(queue.peek().subject()))) {
        P item = queue.poll();
        batchChars += item.size();
        count(item, -1);
        batch.add(item);
      }
      taken++;
      if (queue.isEmpty()) {
        turns.remove();
      } else {
        unfinished.add(turn.getKey());
      }
    }
    unfinished.forEach(room -> rooms.put(room, rooms.remove(room)));
    return batch;
  }

  private void expire() {
    long now = System.currentTimeMillis();
    for (Iterator<ArrayDeque<P>> each = rooms.values().iterator(); each.hasNext();) {
      ArrayDeque<P> queue = each.next();
      while (!queue.isEmpty() && queue.peek().deadline() - ChatWriter.MARGIN_MILLIS <= now) {
        P late = queue.poll();
        count(late, -1);
        late.fail(new Refused(Problem.UNAVAILABLE));
      }
      if (queue.isEmpty()) {
        each.remove();
      }
    }
  }

  private void count(P item, int by) {
    size.addAndGet(by);
    chars += by * item.size();
  }
}
