package io.fastroom.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

/**
 * Unix signals to processes the tests started. Any thread. One that has ended gets none: its number may be another
 * process's by now.
 */
final class Signals {
  private Signals() { }

  /** Freezes a process and all its children. */
  static void stop(ProcessHandle process) {
    all(process, "STOP");
  }

  static void cont(ProcessHandle process) {
    all(process, "CONT");
  }

  static void kill(ProcessHandle process) {
    all(process, "KILL");
  }

  private static void all(ProcessHandle process, String signal) {
    if (process.isAlive()) {
      Stream.concat(Stream.of(process), process.descendants()).toList().forEach(each -> send(each.pid(), signal));
    }
  }

  static void send(long pid, String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).redirectErrorStream(true).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
