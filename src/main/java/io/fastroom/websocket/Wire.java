package io.fastroom.websocket;

/** The transport of one session. Thread: the event loop of its session. */
interface Wire {
  Framing framing();

  /** To be called once. */
  Pipe pipe();

  /** Stops reading from the client, if it may say anything. */
  void pause();

  void resume();

  /**
   * Ends it behind what is pending.
   *
   * @param deaf whether the peer's answer could not be understood
   */
  void close(CloseCode why, boolean deaf);

  /** Whether a message of the client was begun so many milliseconds ago and has not ended. */
  boolean isUnfinishedFor(long millis);
}
