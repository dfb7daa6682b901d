package io.fastroom.model;

import java.time.Instant;
import java.util.List;

/**
 * A durable event of a room's log. Every event gets the room's next {@code seq}, in commit order and without gaps (only
 * an operator's DELETE may leave holes). {@code room} is the room's name when the event was committed, {@code ts} the
 * time of the commit.
 *
 * <p>A new kind is a record here, its frame in {@code wire.EventJson} (both ways), how it is read in
 * {@code persistence.EventLog}, and the store that writes it; what is missing makes it an {@link Other}.
 */
public sealed interface RoomEvent {
  enum Kind { CHAT, MESSAGE_UPDATED, MESSAGE_DELETED, REACTION, MEMBER_UPDATE, ROOM_UPDATED, ROOM_DELETED, OTHER }

  Kind kind();

  long roomId();

  String room();

  long seq();

  Instant ts();

  /**
   * The same event under another name of the room; a {@link RoomUpdated} keeps its old one, since that is its content.
   */
  RoomEvent in(String name);

  /** A message; when read back from the log it carries its current text (empty when deleted). */
  record Chat(long roomId, String room, long seq, Instant ts, Message message) implements RoomEvent {
    /** As history shows it. */
    public static Chat of(long roomId, String room, Message message) {
      return new Chat(roomId, room, message.seq(), message.createdAt(), message);
    }

    @Override
    public Kind kind() {
      return Kind.CHAT;
    }

    @Override
    public RoomEvent in(String name) {
      return new Chat(roomId, name, seq, ts, message);
    }
  }

  /**
   * An edit; {@code content} is empty when the message was deleted later.
   *
   * @param mentions the usernames of the members whom the new text mentions
   */
  record MessageUpdated(long roomId, String room, long seq, Instant ts, long messageId, String content,
                        String editedBy, List<String> mentions) implements RoomEvent {
    public MessageUpdated(long roomId, String room, long seq, Instant ts, long messageId, String content,
                          String editedBy) {
      this(roomId, room, seq, ts, messageId, content, editedBy, List.of());
    }

    @Override
    public Kind kind() {
      return Kind.MESSAGE_UPDATED;
    }

    @Override
    public RoomEvent in(String name) {
      return new MessageUpdated(roomId, name, seq, ts, messageId, content, editedBy, mentions);
    }
  }

  record MessageDeleted(long roomId, String room, long seq, Instant ts, long messageId) implements RoomEvent {
    @Override
    public Kind kind() {
      return Kind.MESSAGE_DELETED;
    }

    @Override
    public RoomEvent in(String name) {
      return new MessageDeleted(roomId, name, seq, ts, messageId);
    }
  }

  /**
   * Somebody has put a reaction on a message, or taken it off.
   *
   * @param emoji one of {@link Emoji}
   * @param count how many have the same on the message then
   */
  record Reaction(long roomId, String room, long seq, Instant ts, long messageId, long userId, String username,
                  String emoji, boolean on, int count) implements RoomEvent {
    @Override
    public Kind kind() {
      return Kind.REACTION;
    }

    @Override
    public RoomEvent in(String name) {
      return new Reaction(roomId, name, seq, ts, messageId, userId, username, emoji, on, count);
    }
  }

  /**
   * A change of a user's standing in the room: added, left, removed, moderator, banned, muted. Joining a public room on
   * one's own is not an event.
   */
  record MemberUpdate(long roomId, String room, long seq, Instant ts, Member member) implements RoomEvent {
    @Override
    public Kind kind() {
      return Kind.MEMBER_UPDATE;
    }

    @Override
    public RoomEvent in(String name) {
      return new MemberUpdate(roomId, name, seq, ts, member);
    }

    /** Whether the user may see nothing of the room after this event. */
    public boolean revokes() {
      return member.isBanned() || !member.isMember();
    }
  }

  /** {@code room} is the old name, {@code name} the new one (the same when only the privacy changed). */
  record RoomUpdated(long roomId, String room, long seq, Instant ts, String name, boolean isPrivate)
      implements RoomEvent {
    @Override
    public Kind kind() {
      return Kind.ROOM_UPDATED;
    }

    @Override
    public RoomEvent in(String ignored) {
      return this;
    }
  }

  /** The last event of a room; it is not in the log, which goes with the room. */
  record RoomDeleted(long roomId, String room, long seq, Instant ts) implements RoomEvent {
    @Override
    public Kind kind() {
      return Kind.ROOM_DELETED;
    }

    @Override
    public RoomEvent in(String name) {
      return new RoomDeleted(roomId, name, seq, ts);
    }
  }

  /**
   * An event of a kind unknown to this version, committed by another version. It is passed on unchanged.
   *
   * @param type the type of its frame
   * @param fields its other fields as a JSON object, without {@code room}, {@code seq} and {@code ts}
   */
  record Other(long roomId, String room, long seq, Instant ts, String type, String fields) implements RoomEvent {
    @Override
    public Kind kind() {
      return Kind.OTHER;
    }

    @Override
    public RoomEvent in(String name) {
      return new Other(roomId, name, seq, ts, type, fields);
    }
  }
}
