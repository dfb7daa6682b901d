package io.fastroom.websocket;

/** The close codes a client may meet; asyncapi.yaml says what it should do then. */
public enum CloseCode {
  GOING_AWAY(1001, "going away"),
  PROTOCOL_ERROR(1002, "protocol error"),
  NOT_TEXT(1003, "text frames only"),
  INVALID_UTF8(1007, "invalid UTF-8"),
  ABUSE(1008, "too many requests"),
  TOO_BIG(1009, "more than 64 KiB"),
  RESTART(1012, "restarting"),
  OVERLOADED(1013, "overloaded"),
  UNAUTHORIZED(4401, "unauthorized"),
  STOPPED_READING(4408, "stopped reading");

  /** What stands for the code when a close frame had none, and when there was no close frame. */
  static final int NO_CODE = 1005;
  static final int VANISHED = 1006;

  private final int code;
  private final String reason;

  CloseCode(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  public int code() {
    return code;
  }

  /** The reason text of the close frame. */
  public String reason() {
    return reason;
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
