package io.fastroom.settings;

import java.nio.file.Path;

/** A setting that stops the start; the message is one line for the one who has to correct it. */
public final class BadSetting extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final Setting setting;

  public BadSetting(Setting setting, String value, String allowed) {
    this(setting, setting + "=" + (setting.secret() ? "(not shown)" : printable(value)) + " is not allowed: " + allowed);
  }

  private BadSetting(Setting setting, String message) {
    super(message);
    this.setting = setting;
  }

  /** The one that is wrong, null when it is not a value that is. */
  public Setting setting() {
    return setting;
  }

  /** A value that is allowed but that this machine cannot provide now. */
  public static BadSetting unusable(Setting setting, Object value, String why) {
    return new BadSetting(setting, setting + "=" + value + " cannot be used: " + why);
  }

  /** A name that is not a setting of ours. */
  static BadSetting unknown(String name, Setting meant) {
    return new BadSetting(null, printable(name) + " is no setting of FastRoom; is " + meant + " meant?");
  }

  /** A settings file that cannot be read. */
  static BadSetting file(Path path, String why) {
    return new BadSetting(null, path + " cannot be read: " + why);
  }

  /** Without the login that a URL may have. */
  private static String printable(String value) {
    String line = value.replaceAll("\\p{Cntrl}", "?").replaceFirst("//.*@", "//(not shown)@");
    return line.length() > 80 ? line.substring(0, 80) + "…" : line;
  }
}
