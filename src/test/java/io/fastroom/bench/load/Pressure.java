package io.fastroom.bench.load;

import org.HdrHistogram.Histogram;

/**
 * Chats as fast as they are committed, for the highest rate of commits. What a sender gets of its own chat is the
 * answer.
 *
 * <p>Thread: public methods the scenario's, the rest the loop's.
 */
public final class Pressure implements ChatListener {
  private final Crowd crowd;
  private final int run;
  private final int unanswered;
  private final int textSize;
  private final int[] next;
  private final long startNanos = System.nanoTime();
  private Histogram micros = new Histogram(3);
  private long committed;
  private boolean stopped;

  Pressure(Crowd crowd, int run, int unanswered, int textSize) {
    this.crowd = crowd;
    this.run = run;
    this.unanswered = unanswered;
    this.textSize = textSize;
    next = new int[crowd.size()];
  }

  void start() {
    for (int i = 0; i < unanswered; i++) {
      for (int sender = 0; sender < next.length; sender++) {
        send(crowd.socket(sender));
      }
    }
  }

  private void send(LoadSocket socket) {
    String marker = Marker.text(run, System.nanoTime() - startNanos, socket.index, next[socket.index]++);
    socket.chat(marker, textSize);
  }

  @Override
  public void arrived(LoadSocket receiver, Marker marker, long now) {
    if (marker.run != run || marker.sender != receiver.index) {
      return;
    }
    committed++;
    micros.recordValue(Math.max(0, now - startNanos - marker.scheduled) / 1_000);
    if (!stopped) {
      send(receiver);
    }
  }

  /** Chats that came back so far. */
  public long committed() {
    return crowd.generator.call(() -> committed);
  }

  /** Forgets the latencies so far: the warm-up is over. */
  public void measure() {
    crowd.generator.run(() -> micros = new Histogram(3));
  }

  /** Sends no more and says how long, in microseconds, a chat was on its way. */
  public Histogram stop() {
    return crowd.generator.call(() -> {
      stopped = true;
      return micros.copy();
    });
  }
}
