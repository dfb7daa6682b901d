package io.fastroom;

import org.slf4j.LoggerFactory;

/**
 * Stops the node when the process is told to end. It ends the process itself: the JVM would exit with the signal's code
 * (143), where a supervisor expects 0.
 */
final class Shutdown extends Thread {
  private final App app;
  private volatile boolean failed;

  Shutdown(App app) {
    super("shutdown");
    this.app = app;
  }

  /** The start did not succeed, so the process ends with 1. */
  void failed() {
    failed = true;
  }

  @Override
  public void run() {
    boolean clean = false;
    try {
      clean = app.stop();
      if (!failed) {
        LoggerFactory.getLogger("fastroom.app").info("stopped");
      }
    } finally {
      Runtime.getRuntime().halt(failed || !clean ? 1 : 0);
    }
  }
}
