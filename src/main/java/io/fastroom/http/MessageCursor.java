package io.fastroom.http;

/**
 * Where a page of messages continues: before or after a message.
 *
 * <p>Thread: any; immutable.
 *
 * @param id of the message, -1 for none
 * @param forwards whether from old to new
 */
record MessageCursor(long id, boolean forwards) {
  private static final String BEFORE = "before ";
  private static final String AFTER = "after ";

  static String of(long id, boolean forwards) {
    return Cursor.of((forwards ? AFTER : BEFORE) + id);
  }

  /** From any of the three parameters for it, of which a call may have one. */
  static MessageCursor of(Call call) {
    String given = null;
    for (String parameter : new String[] {Cursor.PARAMETER, "before_id", "after_id"}) {
      if (call.has(parameter)) {
        if (given != null) {
          throw InvalidInput.parameter(parameter, "cannot be given together with " + given);
        }
        given = parameter;
      }
    }
    if (Cursor.PARAMETER.equals(given)) {
      return read(Cursor.text(call));
    }
    return new MessageCursor(given == null ? -1 : call.number(given), "after_id".equals(given));
  }

  private static MessageCursor read(String key) {
    boolean forwards = key.startsWith(AFTER);
    if (!forwards && !key.startsWith(BEFORE)) {
      throw Cursor.invalid();
    }
    try {
      long id = Long.parseLong(key, key.indexOf(' ') + 1, key.length(), 10);
      if (id < 0) {
        throw Cursor.invalid();
      }
      return new MessageCursor(id, forwards);
    } catch (NumberFormatException e) {
      throw Cursor.invalid();
    }
  }
}
