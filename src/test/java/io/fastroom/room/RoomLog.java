package io.fastroom.room;

import io.fastroom.model.Message;
import io.fastroom.model.Quote;
import io.fastroom.model.ReactionCount;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.model.RoomEvent.Reaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Makes up the log of a room: random chats, edits and deletions, and what the room's messages are after them. */
final class RoomLog {
  static final long ROOM = 7;
  static final String NAME = "general";
  static final Instant TS = Instant.parse("2026-01-02T03:04:05.678901Z");

  final List<RoomEvent> events = new ArrayList<>();
  final TreeMap<Long, Message> messages = new TreeMap<>();
  private final Map<Long, Map<String, Set<Long>>> reactions = new HashMap<>();
  private long nextId = 100;

  static RoomLog random(Random random, int length) {
    RoomLog log = new RoomLog();
    for (int i = 0; log.events.size() < length; i++) {
      int dice = random.nextInt(10);
      if (dice < 4 || log.messages.isEmpty()) {
        log.chat("text " + i);
      } else if (dice < 7) {
        List<Long> ids = new ArrayList<>(log.messages.keySet());
        log.reply("reply " + i, log.messages.get(ids.get(random.nextInt(ids.size()))));
      } else {
        List<Long> ids = new ArrayList<>(log.messages.keySet());
        long id = ids.get(random.nextInt(ids.size()));
        if (dice < 8) {
          log.react(id, "emoji" + random.nextInt(3), random.nextInt(4), random.nextBoolean());
        } else if (dice < 9) {
          log.edit(id, "edited " + i);
        } else {
          log.delete(id);
        }
      }
    }
    return log;
  }

  RoomEvent chat(String text) {
    long seq = events.size() + 1;
    Message message = new Message(nextId++, seq, 1, "alice", text, TS, null, null, false, null);
    messages.put(message.id(), message);
    return add(new Chat(ROOM, NAME, seq, TS, message));
  }

  RoomEvent reply(String text, Message to) {
    long seq = events.size() + 1;
    Message message = new Message(nextId++, seq, 1, "alice", text, TS, null, null, false, null,
        Quote.of(to.id(), to.username(), to.content()), List.of("bob"), List.of());
    messages.put(message.id(), message);
    return add(new Chat(ROOM, NAME, seq, TS, message));
  }

  RoomEvent edit(long id, String text) {
    MessageUpdated edit = new MessageUpdated(ROOM, NAME, events.size() + 1, TS, id, text, "bob", List.of("carol"));
    messages.computeIfPresent(id, (key, was) -> was.edited(edit.content(), edit.mentions(), edit.ts(), edit.editedBy()));
    quoted(id, quote -> Quote.of(id, quote.user(), text));
    return add(edit);
  }

  private void quoted(long id, UnaryOperator<Quote> change) {
    messages.replaceAll((key, was) -> was.replyTo() == null || was.replyTo().messageId() != id ? was
        : was.quoting(change.apply(was.replyTo())));
  }

  /** As the store has it: a user is counted once for a kind. */
  void react(long id, String emoji, long user, boolean on) {
    Map<String, Set<Long>> kinds = reactions.computeIfAbsent(id, key -> new LinkedHashMap<>());
    Set<Long> users = kinds.getOrDefault(emoji, new HashSet<>());
    if (on ? !users.add(user) : !users.remove(user)) {
      return;
    }
    if (users.isEmpty()) {
      kinds.remove(emoji);
    } else {
      kinds.put(emoji, users);
    }
    add(new Reaction(ROOM, NAME, events.size() + 1, TS, id, user, "user" + user, emoji, on, users.size()));
    messages.computeIfPresent(id, (key, was) -> was.with(kinds.entrySet().stream()
        .map(kind -> new ReactionCount(kind.getKey(), kind.getValue().size())).toList()));
  }

  RoomEvent delete(long id) {
    messages.remove(id);
    quoted(id, quote -> Quote.withdrawn(id, quote.user()));
    return add(new MessageDeleted(ROOM, NAME, events.size() + 1, TS, id));
  }

  private RoomEvent add(RoomEvent event) {
    events.add(event);
    return event;
  }

  /** What a client knows after these events, as any client would fold them. */
  static Map<Long, String> fold(Map<Long, String> known, List<RoomEvent> events) {
    Map<Long, String> texts = new TreeMap<>(known);
    for (RoomEvent event : events) {
      if (event instanceof Chat chat) {
        if (!chat.message().deleted()) {
          texts.put(chat.message().id(), chat.message().content());
        }
      } else if (event instanceof MessageUpdated edit) {
        texts.computeIfPresent(edit.messageId(), (id, was) -> edit.content());
      } else if (event instanceof MessageDeleted deletion) {
        texts.remove(deletion.messageId());
      }
    }
    return texts;
  }

  Map<Long, String> texts() {
    Map<Long, String> texts = new TreeMap<>();
    messages.forEach((id, message) -> texts.put(id, message.content()));
    return texts;
  }
}
