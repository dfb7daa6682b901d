package io.fastroom.websocket;

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

  /** @param since the last seq the client has, -1 for none */
  record Join(String ref, String room, long since) implements InRoom { }

  record Leave(String ref, String room) implements InRoom { }

  /** @param clientId the idempotency key, null when the client gave none */
  record Chat(String ref, String room, String message, String clientId) implements InRoom { }

  record HistoryMore(String ref, String room, long beforeId) implements InRoom { }

  record Typing(String ref, String room, boolean isTyping) implements InRoom { }

  record Ping(String ref) implements ClientFrame { }

  /** Renews the token of the socket in place. */
  record Auth(String ref, String accessToken) implements ClientFrame { }
}
