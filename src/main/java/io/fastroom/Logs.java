package io.fastroom;

import io.fastroom.settings.Settings;

/** Where logback.xml takes the level and the format from; to be set before the first logger is made. */
final class Logs {
  private Logs() { }

  static void set(Settings.Logs settings) {
    System.setProperty("fastroom.log.level", settings.level());
    System.setProperty("fastroom.log.format", settings.json() ? "json" : "text");
    // Vert.x and Netty would find java.util.logging otherwise when a launcher puts it first.
    System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
  }
}
