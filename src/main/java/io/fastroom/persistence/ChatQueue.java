package io.fastroom.persistence;

import io.fastroom.bus.Refused;
import io.fastroom.model.Problem;
import io.fastroom.persistence.ChatBatch.PendingChat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Messages that wait for a commit, by room: within a room in order of arrival, and rooms take turns.
 *
 * <p>Thread: the chat writer's, but for {@link #size}. Limits: by number and by characters.
 */
final class ChatQueue {
  static final int MAX_ITEMS = 256;
  static final int MAX_CHARS = 1 << 20;
  private static final int MAX_WAITING_ITEMS = 20_000;
  private static final int MAX_WAITING_CHARS = 32 << 20;

  private final Map<Long, ArrayDeque<PendingChat>> rooms = new LinkedHashMap<>();
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

  void add(PendingChat item) {
    rooms.computeIfAbsent(item.roomId(), id -> new ArrayDeque<>()).addLast(item);
    count(item, 1);
  }

  /** Puts them back at the head of their rooms' queues; the {@code items} of one room are in order. */
  void putBack(List<PendingChat> items) {
    for (int i = items.size() - 1; i >= 0; i--) {
      rooms.computeIfAbsent(items.get(i).roomId(), id -> new ArrayDeque<>()).addFirst(items.get(i));
      count(items.get(i), 1);
    }
  }

  /** Everything that waits in a room, in order. */
  List<PendingChat> remove(long roomId) {
    ArrayDeque<PendingChat> queue = rooms.remove(roomId);
    List<PendingChat> items = queue == null ? List.of() : List.copyOf(queue);
    items.forEach(item -> count(item, -1));
    return items;
  }

  /** The next batch; the messages of a room stay together. Those that would be too late are refused instead. */
  List<PendingChat> take(int maxRooms, int maxItems) {
    expire();
    List<PendingChat> batch = new ArrayList<>();
    List<Long> unfinished = new ArrayList<>();
    int taken = 0;
    int batchChars = 0;
    Iterator<Map.Entry<Long, ArrayDeque<PendingChat>>> turns = rooms.entrySet().iterator();
    while (turns.hasNext() && taken < maxRooms && batch.size() < maxItems && batchChars < MAX_CHARS) {
      Map.Entry<Long, ArrayDeque<PendingChat>> turn = turns.next();
      ArrayDeque<PendingChat> queue = turn.getValue();
      while (!queue.isEmpty() && batch.size() < maxItems && batchChars < MAX_CHARS) {
        PendingChat item = queue.poll();
        batchChars += item.chat().text().length();
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
    for (Iterator<ArrayDeque<PendingChat>> each = rooms.values().iterator(); each.hasNext();) {
      ArrayDeque<PendingChat> queue = each.next();
      while (!queue.isEmpty() && queue.peek().deadline() - ChatWriter.MARGIN_MILLIS <= now) {
        PendingChat late = queue.poll();
        count(late, -1);
        late.answer().fail(new Refused(Problem.UNAVAILABLE));
      }
      if (queue.isEmpty()) {
        each.remove();
      }
    }
  }

  private void count(PendingChat item, int by) {
    size.addAndGet(by);
    chars += by * item.chat().text().length();
  }
}
