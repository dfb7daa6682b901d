package io.fastroom.support;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Every frame one socket got, in order, and how it ended. Any thread: all under its lock. */
final class FrameLog {
  private final List<Ws.Received> frames = new ArrayList<>();
  private int closeCode = -1;
  private long closedAt;
  private int mark;

  synchronized void add(JsonObject frame) {
    frames.add(new Ws.Received(System.nanoTime(), frame));
    notifyAll();
  }

  synchronized void closed(int code) {
    closeCode = code;
    closedAt = System.nanoTime();
    notifyAll();
  }

  synchronized boolean isOpen() {
    return closeCode < 0;
  }

  synchronized long closedAt() {
    return closedAt;
  }

  synchronized int size() {
    return frames.size();
  }

  synchronized void mark() {
    mark = frames.size();
  }

  synchronized int marked() {
    return mark;
  }

  synchronized List<Ws.Received> from(int index) {
    return List.copyOf(frames.subList(index, frames.size()));
  }

  /** The first such frame at or after {@code from}; fails at the limit, or when the socket has closed without it. */
  synchronized JsonObject await(String what, Duration limit, int from, Predicate<JsonObject> wanted) {
    long end = System.nanoTime() + limit.toNanos();
    int next = from;
    while (true) {
      for (; next < frames.size(); next++) {
        if (wanted.test(frames.get(next).json())) {
          return frames.get(next).json();
        }
      }
      long millis = (end - System.nanoTime()) / 1_000_000;
      if (millis <= 0 || closeCode >= 0) {
        List<String> last = frames.subList(Math.max(0, frames.size() - 12), frames.size()).stream()
            .map(frame -> frame.json().encode()).map(text -> text.substring(0, Math.min(400, text.length()))).toList();
        throw new AssertionError("never came: " + what + (closeCode >= 0 ? " (closed with " + closeCode + ")" : "")
            + "; the last frames were\n" + String.join("\n", last));
      }
      sleep(millis);
    }
  }

  synchronized int awaitClose(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (closeCode < 0) {
      long millis = (end - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new AssertionError("not closed within " + limit.toMillis() + " ms");
      }
      sleep(millis);
    }
    return closeCode;
  }

  private void sleep(long millis) {
    try {
      wait(Math.max(1, millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
