package io.fastroom.room;

import io.fastroom.model.Member;
import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.Reaction;
import io.fastroom.wire.EncodedEvent;
import io.fastroom.wire.EventJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last messages of a room as they stand, for whoever joins: folded from the events, so that a join reads nothing.
 *
 * <p>Thread: the RoomVerticle's. Limits: {@value #KEPT} messages; {@link RoomMemory} bounds what all rooms keep.
 */
final class RecentMessages {
  static final int SHOWN = 50;
  /** More than is shown, so that some can be deleted before the database has to be asked again. */
  private static final int KEPT = 2 * SHOWN;

  /** In the order of the log. */
  private Map<Long, EncodedEvent> byId = new LinkedHashMap<>();
  private boolean older;
  private long memory;

  /** Starts anew from a snapshot: its messages up to {@code upTo}, the rest comes as events. */
  void reset(long roomId, String room, List<Message> messages, long upTo) {
    clear();
    older = messages.size() >= SHOWN;
    for (Message message : messages) {
      if (message.seq() <= upTo) {
        Chat chat = RoomEvent.Chat.of(roomId, room, message);
        put(message.id(), new EncodedEvent(chat, EventJson.encode(chat)));
      }
    }
  }

  /** Forgets them; they are read anew when they are needed. */
  void clear() {
    // A cleared one would keep its size.
    byId = new LinkedHashMap<>();
    memory = 0;
    older = true;
  }

  /** What is kept, in bytes of memory. */
  long memory() {
    return memory;
  }

  private void put(long id, EncodedEvent item) {
    drop(byId.put(id, item));
    memory += RoomMemory.of(item.event(), item.json());
  }

  private void drop(EncodedEvent was) {
    memory -= was == null ? 0 : RoomMemory.of(was.event(), was.json());
  }

  /** Whether deletions have left fewer here than the room may have. */
  boolean isShort() {
    return older && byId.size() < SHOWN;
  }

  void apply(RoomEvent event, byte[] json) {
    if (event instanceof Chat chat) {
      add(chat, json);
    } else if (Fold.about(event) >= 0) {
      change(Fold.about(event), event);
    } else if (DeletedAccount.of(event) != null) {
      forget(DeletedAccount.of(event));
    }
  }

  private void change(long messageId, RoomEvent event) {
    EncodedEvent was = byId.get(messageId);
    if (event instanceof Reaction) {
      if (was != null) {
        // The frame of a chat has no reactions.
        put(messageId, new EncodedEvent(Fold.chat((Chat) was.event(), event), was.json()));
      }
      return;
    }
    if (event instanceof MessageDeleted) {
      drop(byId.remove(messageId));
    } else if (was != null) {
      replace(messageId, was, Fold.chat((Chat) was.event(), event));
    }
    for (EncodedEvent other : List.copyOf(byId.values())) {
      Message message = ((Chat) other.event()).message();
      if (message.replyTo() != null && message.replyTo().messageId() == messageId) {
        replace(message.id(), other, Fold.reply((Chat) other.event(), event));
      }
    }
  }

  private void forget(Member deleted) {
    if (byId.values().stream().anyMatch(item -> DeletedAccount.mayBeNamedIn(item.event()))) {
      clear();
      return;
    }
    List.copyOf(byId.entrySet()).forEach(each ->
        replace(each.getKey(), each.getValue(), DeletedAccount.renamed(each.getValue().event(), deleted)));
  }

  private void replace(long id, EncodedEvent was, RoomEvent now) {
    if (now != was.event()) {
      put(id, item(now));
    }
  }

  void rename(String room) {
    List.copyOf(byId.keySet()).forEach(id -> put(id, item(byId.get(id).event().in(room))));
  }

  private static EncodedEvent item(RoomEvent event) {
    return new EncodedEvent(event, EventJson.encode(event));
  }

  private void add(Chat chat, byte[] json) {
    if (chat.message().deleted()) {
      return;
    }
    put(chat.message().id(), new EncodedEvent(chat, json));
    if (byId.size() > KEPT) {
      drop(byId.remove(byId.keySet().iterator().next()));
      older = true;
    }
  }

  /** Forgets what is older. */
  void dropBefore(Instant oldest) {
    while (!byId.isEmpty() && byId.values().iterator().next().event().ts().isBefore(oldest)) {
      drop(byId.remove(byId.keySet().iterator().next()));
    }
  }

  /** Chronological. */
  List<EncodedEvent> last() {
    List<EncodedEvent> all = new ArrayList<>(byId.values());
    return List.copyOf(all.subList(Math.max(0, all.size() - SHOWN), all.size()));
  }
}
