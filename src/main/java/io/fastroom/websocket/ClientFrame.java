package io.fastroom.websocket;

import java.time.Instant;

/**
 * What a client may send, checked and typed by {@link FrameCodec}.
 *
 * <p>{@code ref} comes back on the direct answer or error; null when the client gave none.
 */
sealed interface ClientFrame {
  String ref();

  /** A frame about a room, by the name it has now. */
  sealed interface InRoom extends ClientFrame {
    String room();
  }

  /**
   * @param since the seq of the last event the client has, -1 for none
   * @param sinceTs that event's time, null when the client did not say
   * @param ifMember whether whoever is no member is to be refused, not made one
   */
  record Join(String ref, String room, long since, Instant sinceTs, boolean ifMember) implements InRoom { }

  record Leave(String ref, String room) implements InRoom { }

  /**
   * @param clientId the idempotency key, null when the client gave none
   * @param replyTo the message it replies to, null for none
   */
  record Chat(String ref, String room, String message, String clientId, Long replyTo) implements InRoom { }

  /** @param on whether the reaction is put on the message or taken off */
  record React(String ref, String room, long messageId, String emoji, boolean on) implements InRoom { }

  record HistoryMore(String ref, String room, long beforeId) implements InRoom { }

  record Typing(String ref, String room, boolean isTyping) implements InRoom { }

  /** The caller has read the room up to {@code seq}. */
  record Read(String ref, String room, long seq) implements InRoom { }

  /** The caller wants to know of all their rooms. */
  record Watch(String ref) implements ClientFrame { }

  record Ping(String ref) implements ClientFrame { }

  /** Replaces the socket's token without reconnecting. */
  record Auth(String ref, String accessToken) implements ClientFrame { }
}
