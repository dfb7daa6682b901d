package io.fastroom;

/** A setting that stops the start; the message is one line for the one who has to correct it. */
public final class BadSetting extends IllegalArgumentException {
  BadSetting(Setting setting, String value, String allowed) {
    super(setting + "=" + (setting.secret() ? "(not shown)" : printable(value)) + " is not allowed: " + allowed);
  }

  private static String printable(String value) {
    String line = value.replaceAll("\\p{Cntrl}", "?");
    return line.length() > 80 ? line.substring(0, 80) + "…" : line;
  }
}
