package io.fastroom.support;

import java.util.List;

/** How to start a program that refuses to run as root: in a user namespace of its own, where it is nobody. */
final class Unprivileged {
  private Unprivileged() { }

  /** What goes before the command; nothing for a plain user. */
  static List<String> prefix() {
    return "root".equals(System.getProperty("user.name")) ? List.of("unshare", "-U") : List.of();
  }
}
