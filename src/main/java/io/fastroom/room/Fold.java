package io.fastroom.room;

import io.fastroom.model.Message;
import io.fastroom.model.Quote;
import io.fastroom.model.ReactionCount;
import io.fastroom.model.RoomEvent;
import io.fastroom.model.RoomEvent.Chat;
import io.fastroom.model.RoomEvent.MessageDeleted;
import io.fastroom.model.RoomEvent.MessageUpdated;
import io.fastroom.model.RoomEvent.Reaction;

/** What later events make of a chat that is kept: what PostgreSQL has of it after them. Stateless. */
final class Fold {
  private Fold() { }

  /** The message an event changes; -1 for none. */
  static long about(RoomEvent event) {
    return event instanceof MessageUpdated edit ? edit.messageId()
        : event instanceof MessageDeleted deletion ? deletion.messageId()
        : event instanceof Reaction reaction ? reaction.messageId() : -1;
  }

  /** The chat after an event about it. */
  static Chat chat(Chat was, RoomEvent event) {
    Message message = was.message();
    if (message.deleted()) {
      return was;
    }
    if (event instanceof MessageUpdated edit) {
      return of(was, message.edited(edit.content(), edit.mentions(), edit.ts(), edit.editedBy()));
    }
    if (event instanceof Reaction reaction) {
      return of(was, message.with(ReactionCount.changed(message.reactions(), reaction.emoji(), reaction.count())));
    }
    return event instanceof MessageDeleted ? of(was, message.withdrawn()) : was;
  }

  /** A reply after an event about what it replies to. */
  static Chat reply(Chat was, RoomEvent event) {
    Quote quote = was.message().replyTo();
    if (quote.deleted()) {
      return was;
    }
    if (event instanceof MessageUpdated edit) {
      return of(was, was.message().quoting(Quote.of(quote.messageId(), quote.user(), edit.content())));
    }
    return event instanceof MessageDeleted
        ? of(was, was.message().quoting(Quote.withdrawn(quote.messageId(), quote.user()))) : was;
  }

  private static Chat of(Chat was, Message now) {
    return new Chat(was.roomId(), was.room(), was.seq(), was.ts(), now);
  }
}
