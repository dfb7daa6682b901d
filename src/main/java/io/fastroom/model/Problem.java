package io.fastroom.model;

/** The catalogue of errors, for REST (status) and for the socket (code), one line each; there are no other errors. */
public enum Problem {
  INVALID_JSON(400, "Malformed JSON"),
  BAD_REQUEST(400, "Bad request"),
  LINK_EXPIRED(400, "The link is used, or too old"),
  UNAUTHORIZED(401, "Unauthorized"),
  BANNED(403, "You are banned from this room"),
  MUTED(403, "You are muted in this room"),
  NOT_MODERATOR(403, "Only a moderator may do this"),
  NOT_ADMIN(403, "Only an administrator may do this"),
  FORBIDDEN_SCOPE(403, "The key is not for this"),
  WRONG_PASSWORD(403, "Wrong password"),
  NO_PASSWORD(403, "The account has no password"),
  DIRECT_ROOM(403, "A room between two people stays as it is"),
  NOT_OWNER(403, "Only the author or a moderator may do this"),
  REGISTRATION_CLOSED(403, "Nobody can register here"),
  INVITE_REQUIRED(403, "An invite is needed that is neither spent nor expired"),
  ORIGIN_NOT_ALLOWED(403, "Origin not allowed"),
  /** Of a token: whoever comes with it has chosen no name here that a 409 could ask them to change. */
  NAME_OF_ANOTHER(403, "Username already taken", "username_taken"),
  NAME_UNUSABLE(403, "The token names nobody who could have an account here", "username_unusable"),
  NOT_FOUND(404, "Not found"),
  ROOM_NOT_FOUND(404, "No such room"),
  USER_NOT_FOUND(404, "No such user"),
  SESSION_NOT_FOUND(404, "No such session"),
  INVITE_NOT_FOUND(404, "No such invite"),
  KEY_NOT_FOUND(404, "No such key"),
  WEBHOOK_NOT_FOUND(404, "No such webhook"),
  MEMBER_NOT_FOUND(404, "No such member"),
  MESSAGE_NOT_FOUND(404, "No such message"),
  NOT_IN_ROOM(404, "Not in this room"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  USERNAME_TAKEN(409, "Username already taken"),
  EMAIL_TAKEN(409, "E-mail already taken"),
  NO_EMAIL(409, "The account has no e-mail"),
  ROOM_NAME_TAKEN(409, "Room name already taken"),
  ALREADY_MEMBER(409, "Already a member"),
  LAST_MODERATOR(409, "The last moderator of a room with other members must stay"),
  LAST_ADMIN(409, "The last administrator must stay"),
  TOO_MANY_KEYS(409, "The account has as many keys as it may have"),
  TOO_MANY_WEBHOOKS(409, "There are as many webhooks as there may be"),
  NOT_A_BOT(409, "Only for bots"),
  MODERATOR_FIRST_DEMOTED(409, "A moderator is demoted before they can be banned or muted"),
  NOT_YOURSELF(409, "Not on yourself"),
  MEMBER_BANNED(409, "The user is banned from this room"),
  TOO_MANY_MEMBERSHIPS(409, "A member of too many rooms"),
  TOO_MANY_ROOMS_MADE(409, "Too many rooms made by one user"),
  ROOM_FULL(409, "The room has as many members as it may have"),
  TOO_LARGE(413, "Body too large"),
  URI_TOO_LONG(414, "URI too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
  MISDIRECTED_REQUEST(421, "Misdirected request"),
  INVALID_MESSAGE(422, "Invalid input"),
  UNKNOWN_TYPE(422, "Unknown message type"),
  TOO_LONG(422, "Text too long"),
  UPGRADE_REQUIRED(426, "Upgrade required"),
  RATE_LIMITED(429, "Too many requests"),
  HEADERS_TOO_LARGE(431, "Headers too large"),
  TOO_MANY_ROOMS(429, "Too many rooms on this socket"),
  TOO_MANY_SOCKETS(429, "Too many sockets"),
  INTERNAL(500, "Internal error"),
  BUSY(503, "Too many changes of this room are waiting, try again"),
  MAIL_UNAVAILABLE(503, "No mail is sent here"),
  UNAVAILABLE(503, "A backing service is away, try again"),
  VERSION_NOT_SUPPORTED(505, "HTTP version not supported");

  private final int status;
  private final String title;
  private final String code;

  Problem(int status, String title) {
    this(status, title, null);
  }

  Problem(int status, String title, String code) {
    this.status = status;
    this.title = title;
    this.code = code == null ? name().toLowerCase(java.util.Locale.ROOT) : code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /** The code of a socket's {@code error} frame. */
  public String code() {
    return code;
  }
}
