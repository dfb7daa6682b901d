package io.fastroom.room;

import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The end of a room's log in memory, without gaps. As in the log itself, a chat carries its message's present text.
 *
 * <p>Thread: the RoomVerticle's. Limits: a number of events and of bytes; the oldest go first. {@link #prepend} may raise
 * the tail above them for a reconnect storm, until {@link #trim}.
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

  private final Deque<Entry> entries = new ArrayDeque<>();
  private final Map<Long, Entry> chats = new HashMap<>();
  private int bytes;
  private boolean extended;

  /** The seq before the oldest event here; {@code empty} when there is none. */
  long start(long empty) {
    return entries.isEmpty() ? empty : entries.getFirst().event.seq() - 1;
  }

  int size() {
    return entries.size();
  }

  void add(RoomEvent event, byte[] json) {
    fold(event);
    entries.addLast(remember(event, json));
    if (!extended) {
      trim();
    }
  }

  /** Puts older events before those here; the last must be the one before the oldest. */
  void prepend(List<RoomEvent> older) {
    List<RoomEvent> later = entries.stream().map(entry -> entry.event).toList();
    for (int i = older.size() - 1; i >= 0; i--) {
      entries.addFirst(remember(older.get(i), EventJson.encode(older.get(i))));
    }
    // What was edited while the older ones were read is told by the events after them.
    later.forEach(this::fold);
  }

  /** Lets the oldest stay, until {@link #trim}: older ones are about to be put before them. */
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
      if (oldest.event instanceof Chat chat) {
        chats.remove(chat.message().id());
      }
    }
  }

  /** The room has a new name, which replayed events bear too. */
  void rename(String room) {
    for (Entry entry : entries) {
      bytes -= entry.json.length;
      entry.event = entry.event.in(room);
      entry.json = EventJson.encode(entry.event);
      bytes += entry.json.length;
    }
  }

  /** The events after {@code seq}, which must not be before {@link #start}, up to a page. */
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

  /** An iterator that begins near {@code seq}: from the end when that is shorter, since most readers are nearly there. */
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
    if (event instanceof Chat chat) {
      chats.put(chat.message().id(), entry);
    }
    return entry;
  }

  private void fold(RoomEvent event) {
    if (event instanceof MessageUpdated edit) {
      change(edit.messageId(), was -> edited(was, edit));
    } else if (event instanceof MessageDeleted deletion) {
      change(deletion.messageId(), Tail::deleted);
    }
  }

  private void change(long messageId, UnaryOperator<Message> to) {
    Entry entry = chats.get(messageId);
    if (entry == null) {
      return;
    }
    Chat chat = (Chat) entry.event;
    if (chat.message().deleted()) {
      return;
    }
    bytes -= entry.json.length;
    entry.event = new Chat(chat.roomId(), chat.room(), chat.seq(), chat.ts(), to.apply(chat.message()));
    entry.json = EventJson.encode(entry.event);
    bytes += entry.json.length;
  }

  static Message edited(Message was, MessageUpdated edit) {
    return new Message(was.id(), was.seq(), was.userId(), was.username(), edit.content(), was.createdAt(), edit.ts(),
        edit.editedBy(), false, was.clientId());
  }

  static Message deleted(Message was) {
    return new Message(was.id(), was.seq(), was.userId(), was.username(), "", was.createdAt(), was.editedAt(),
        was.editedBy(), true, was.clientId());
  }
}
