package io.fastroom.websocket;

import io.fastroom.model.Problem;

/** A text frame that says nothing we understand. It has no stack trace: it is an answer, not a defect. */
final class BadFrame extends Exception {
  private final transient ServerFrame.ErrorFrame error;

  /**
   * @param ref null when it was unreadable or missing
   * @param room as {@code ref}
   */
  BadFrame(Problem problem, String detail, String ref, String room) {
    super(detail, null, false, false);
    this.error = new ServerFrame.ErrorFrame(problem, detail, ref, room, 0);
  }

  /** What the client is told. */
  public ServerFrame.ErrorFrame error() {
    return error;
  }
}
