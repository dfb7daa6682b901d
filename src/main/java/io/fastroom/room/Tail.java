package io.fastroom.room;

import io.fastroom.model.Quote;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.Reaction;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The end of a room's log in memory: every event after {@link #start}; what is missing between them is a hole of the
 * log. As in the log itself, a chat carries its message's present text.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@value #MAX_EVENTS} events and {@value #MAX_BYTES} bytes, except that the
 * last event stays whatever its size; the oldest are dropped first. {@link #extend} lifts both limits for a reconnect
 * storm, until {@link #trim}; {@link LogReader} limits all extended tails together.
 */
final class Tail {
  static final int MAX_EVENTS = 512;
  static final int MAX_BYTES = 256 << 10;
  static final int PAGE_EVENTS = 200;
  static final int PAGE_BYTES = 256 << 10;

  /** An event and its frame; a chat's are replaced when the message changes. */
  private static final class Entry {
    private RoomEvent event;
    private byte[] json;

    Entry(RoomEvent event, byte[] json) {
      this.event = event;
      this.json = json;
    }
  }

  private Deque<Entry> entries = new ArrayDeque<>(0);
  private Map<Long, Entry> chats = new HashMap<>();
  /** Replies, by the message they quote. */
  private Map<Long, List<Entry>> replies = new HashMap<>();
  private int bytes;
  private long memory;
  private boolean extended;
  /** Every event after it is here; -1 while nothing is known. */
  private long start = -1;

  /** The seq after which every event is here; {@code unknown} when nothing is known. */
  long start(long unknown) {
    return start < 0 ? unknown : start;
  }

  /** Forgets everything; the events added next are all the events after {@code seq}. */
  void begin(long seq) {
    // Cleared ones would keep their size.
    entries = new ArrayDeque<>(0);
    chats = new HashMap<>();
    replies = new HashMap<>();
    bytes = 0;
    memory = 0;
    extended = false;
    start = seq;
  }

  /** When the event at {@code seq} was committed; null when it is not here. */
  Instant ts(long seq) {
    Iterator<Entry> from = from(seq - 1);
    while (from.hasNext()) {
      RoomEvent event = from.next().event;
      if (event.seq() >= seq) {
        return event.seq() == seq ? event.ts() : null;
      }
    }
    return null;
  }

  /** What is kept, in bytes of memory. */
  long memory() {
    return memory;
  }

  int size() {
    return entries.size();
  }

  void add(RoomEvent event, byte[] json) {
    if (DeletedAccount.of(event) != null && entries.stream().anyMatch(entry -> DeletedAccount.mayBeNamedIn(entry.event))) {
      begin(event.seq() - 1);
    }
    fold(event);
    if (start < 0) {
      start = event.seq() - 1;
    }
    entries.addLast(remember(event, json));
    if (!extended) {
      trim();
    }
  }

  /** Adds older events in front; the last of them must directly precede the oldest here. */
  void prepend(List<RoomEvent> older) {
    prepend(older, older.isEmpty() ? start : older.get(0).seq() - 1);
  }

  /** Adds in front all the events after {@code from} and up to {@link #start}. */
  void prepend(List<RoomEvent> older, long from) {
    start = from;
    List<RoomEvent> later = entries.stream().map(entry -> entry.event).toList();
    for (int i = older.size() - 1; i >= 0; i--) {
      entries.addFirst(remember(older.get(i), EventJson.encode(older.get(i))));
    }
    // Edits made while the older ones were read are among the later events.
    later.forEach(this::fold);
  }

  /** Keeps the oldest until {@link #trim}: older ones are about to be added in front of them. */
  void extend() {
    extended = true;
  }

  boolean isExtended() {
    return extended;
  }

  /** Back to the limits. */
  void trim() {
    extended = false;
    while (entries.size() > MAX_EVENTS || bytes > MAX_BYTES && entries.size() > 1) {
      Entry oldest = entries.removeFirst();
      bytes -= oldest.json.length;
      memory -= RoomMemory.of(oldest.event, oldest.json);
      start = oldest.event.seq();
      if (oldest.event instanceof Chat chat) {
        chats.remove(chat.message().id(), oldest);
        forgetReply(chat.message().replyTo(), oldest);
      }
    }
  }

  private void forgetReply(Quote quote, Entry reply) {
    if (quote != null) {
      replies.computeIfPresent(quote.messageId(), (id, those) -> {
        those.remove(reply);
        return those.isEmpty() ? null : those;
      });
    }
  }

  private void replace(Entry entry, RoomEvent event) {
    replace(entry, event, true);
  }

  /** @param otherwise whether its frame is another one, too: a chat's has no reactions */
  private void replace(Entry entry, RoomEvent event, boolean otherwise) {
    if (entry.event != event) {
      bytes -= entry.json.length;
      memory -= RoomMemory.of(entry.event, entry.json);
      entry.event = event;
      entry.json = otherwise ? EventJson.encode(event) : entry.json;
      bytes += entry.json.length;
      memory += RoomMemory.of(entry.event, entry.json);
    }
  }

  /** The room has a new name, under which events are replayed, too. */
  void rename(String room) {
    entries.forEach(entry -> replace(entry, entry.event.in(room)));
  }

  /** A page of the events after {@code seq}, which must not be before {@link #start}. */
  List<EncodedEvent> after(long seq) {
    List<EncodedEvent> page = new ArrayList<>();
    int size = 0;
    Iterator<Entry> from = from(seq);
    while (from.hasNext() && page.size() < PAGE_EVENTS && size < PAGE_BYTES) {
      Entry entry = from.next();
      if (entry.event.seq() > seq) {
        page.add(new EncodedEvent(entry.event, entry.json));
        size += entry.json.length;
      }
    }
    return page;
  }

  /** An iterator beginning near {@code seq}, found from the shorter end: most readers are nearly up to date. */
  private Iterator<Entry> from(long seq) {
    long behind = entries.isEmpty() ? 0 : entries.getLast().event.seq() - seq;
    if (behind > entries.size() / 2) {
      return entries.iterator();
    }
    List<Entry> last = new ArrayList<>((int) Math.max(0, behind));
    Iterator<Entry> backwards = entries.descendingIterator();
    while (backwards.hasNext() && last.size() < behind) {
      last.add(backwards.next());
    }
    Collections.reverse(last);
    return last.iterator();
  }

  private Entry remember(RoomEvent event, byte[] json) {
    Entry entry = new Entry(event, json);
    bytes += json.length;
    memory += RoomMemory.of(event, json);
    if (event instanceof Chat chat) {
      chats.put(chat.message().id(), entry);
      if (chat.message().replyTo() != null) {
        replies.computeIfAbsent(chat.message().replyTo().messageId(), id -> new ArrayList<>(1)).add(entry);
      }
    }
    return entry;
  }

  private void fold(RoomEvent event) {
    Entry about = chats.get(Fold.about(event));
    if (about != null) {
      replace(about, Fold.chat((Chat) about.event, event), !(event instanceof Reaction));
    }
    if (event instanceof Reaction) {
      return;
    }
    for (Entry reply : replies.getOrDefault(Fold.about(event), List.of())) {
      replace(reply, Fold.reply((Chat) reply.event, event));
    }
    if (DeletedAccount.of(event) != null) {
      entries.forEach(entry -> replace(entry, DeletedAccount.renamed(entry.event, DeletedAccount.of(event))));
    }
  }
}
