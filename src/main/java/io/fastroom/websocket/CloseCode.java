package io.fastroom.websocket;

/** The close codes a client may meet, and what it should do then. */
public enum CloseCode {
  GOING_AWAY(1001, "going away", "reconnect and resume"),
  PROTOCOL_ERROR(1002, "protocol error", "mend the client"),
  NOT_TEXT(1003, "text frames only", "mend the client"),
  INVALID_UTF8(1007, "invalid UTF-8", "mend the client"),
  ABUSE(1008, "too many requests", "slow down, then reconnect and resume"),
  TOO_BIG(1009, "more than 64 KiB", "send less at a time"),
  RESTART(1012, "restarting", "reconnect at once and resume"),
  OVERLOADED(1013, "overloaded", "reconnect after a pause and resume"),
  UNAUTHORIZED(4401, "unauthorized", "get a new access token, then reconnect and resume"),
  STOPPED_READING(4408, "stopped reading", "reconnect and resume");

  private final int code;
  private final String reason;
  private final String advice;

  CloseCode(int code, String reason, String advice) {
    this.code = code;
    this.reason = reason;
    this.advice = advice;
  }

  public int code() {
    return code;
  }

  /** Goes with the code in the close frame. */
  public String reason() {
    return reason;
  }

  /** What the client should do, for the documentation. */
  public String advice() {
    return advice;
  }

  /** What a frame that breaks the protocol is closed with. */
  static CloseCode ofViolation(int code) {
    return switch (code) {
      case 1007 -> INVALID_UTF8;
      case 1009 -> TOO_BIG;
      default -> PROTOCOL_ERROR;
    };
  }
}
