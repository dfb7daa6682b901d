package io.fastroom;

import io.fastroom.settings.Settings;

/** Where logback.xml takes the level and the format from; must be set before the first logger is created. */
final class Logs {
  private Logs() { }

  static boolean areJson() {
    return "json".equals(System.getProperty("fastroom.log.format"));
  }

  static void set(Settings.Logs settings) {
    System.setProperty("fastroom.log.level", settings.level());
    System.setProperty("fastroom.log.format", settings.json() ? "json" : "text");
    // Otherwise Vert.x and Netty would use java.util.logging when a launcher puts it first.
    System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
  }
}
