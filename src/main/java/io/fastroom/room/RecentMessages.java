package io.fastroom.room;

import io.fastroom.model.Message;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
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
  private final Map<Long, EncodedEvent> byId = new LinkedHashMap<>();
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
    byId.clear();
    memory = 0;
    older = true;
  }

  /** What is kept, in bytes of memory. */
  long memory() {
    return memory;
  }

  private void put(long id, EncodedEvent item) {
    drop(byId.put(id, item));
    memory += RoomMemory.of(item.json());
  }

  private void drop(EncodedEvent was) {
    memory -= was == null ? 0 : RoomMemory.of(was.json());
  }

  /** Whether deletions have left fewer here than the room may have. */
  boolean isShort() {
    return older && byId.size() < SHOWN;
  }

  void apply(RoomEvent event, byte[] json) {
    if (event instanceof Chat chat) {
      add(chat, json);
    } else if (event instanceof MessageUpdated edit) {
      EncodedEvent was = byId.get(edit.messageId());
      if (was != null) {
        Chat chat = (Chat) was.event();
        put(edit.messageId(),
            item(new Chat(chat.roomId(), chat.room(), chat.seq(), chat.ts(), Tail.edited(chat.message(), edit))));
      }
    } else if (event instanceof MessageDeleted deletion) {
      drop(byId.remove(deletion.messageId()));
    } else if (DeletedAccount.of(event) != null) {
      for (EncodedEvent was : List.copyOf(byId.values())) {
        RoomEvent renamed = DeletedAccount.renamed(was.event(), DeletedAccount.of(event));
        if (renamed != was.event()) {
          put(((Chat) renamed).message().id(), item(renamed));
        }
      }
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
