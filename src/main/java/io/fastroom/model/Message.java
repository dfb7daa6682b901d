package io.fastroom.model;

import java.time.Instant;
import java.util.List;

/**
 * A message as it stands now.
 *
 * @param seq its place in the room's log
 * @param content empty when deleted
 * @param editedAt null when never edited
 * @param editedBy username, null when never edited
 * @param clientId the sender's idempotency key, null when none was given
 * @param replyTo what it replies to, null when to nothing
 * @param mentions the usernames of the members whom its present text mentions, in the order of the text
 * @param reactions in the order in which their kinds came
 */
public record Message(long id, long seq, long userId, String username, String content, Instant createdAt,
                      Instant editedAt, String editedBy, boolean deleted, String clientId, Quote replyTo,
                      List<String> mentions, List<ReactionCount> reactions) {
  /** One that replies to nothing, mentions nobody and has no reactions. */
  public Message(long id, long seq, long userId, String username, String content, Instant createdAt, Instant editedAt,
                 String editedBy, boolean deleted, String clientId) {
    this(id, seq, userId, username, content, createdAt, editedAt, editedBy, deleted, clientId, null, List.of(), List.of());
  }

  public Message edited(String text, List<String> nowMentioned, Instant at, String by) {
    return new Message(id, seq, userId, username, text, createdAt, at, by, false, clientId, replyTo, nowMentioned,
        reactions);
  }

  /** What is left of it when it is deleted. */
  public Message withdrawn() {
    return new Message(id, seq, userId, username, "", createdAt, editedAt, editedBy, true, clientId, replyTo, List.of(),
        List.of());
  }

  /** The same under another name of its author. */
  public Message by(String name) {
    return new Message(id, seq, userId, name, content, createdAt, editedAt, editedBy, deleted, clientId, replyTo,
        mentions, reactions);
  }

  public Message quoting(Quote quote) {
    return new Message(id, seq, userId, username, content, createdAt, editedAt, editedBy, deleted, clientId, quote,
        mentions, reactions);
  }

  public Message with(List<ReactionCount> counts) {
    return new Message(id, seq, userId, username, content, createdAt, editedAt, editedBy, deleted, clientId, replyTo,
        mentions, counts);
  }
}
