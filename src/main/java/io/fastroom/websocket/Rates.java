package io.fastroom.websocket;

import io.fastroom.settings.Settings;
import java.util.concurrent.TimeUnit;

/**
 * How fast one socket may send, and when it has been refused so often that it counts as abuse.
 *
 * <p>Thread: the event loop of its socket. Limits: more than five bursts of refusals within ten seconds are abuse.
 */
final class Rates {
  private static final int ABUSE_BURSTS = 5;
  private static final long ABUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final TokenBucket messages;
  private final TokenBucket chats;
  private long since;
  private int refusals;

  Rates(Settings.WebSocket settings) {
    long now = System.nanoTime();
    this.messages = new TokenBucket(settings.messageRate(), now);
    this.chats = new TokenBucket(settings.chatRate(), now);
    this.since = now;
  }

  /** Counts any message. Returns 0, or the milliseconds after which to try again. */
  long message() {
    return take(messages);
  }

  /** Counts a chat, in addition to {@link #message}. */
  long chat() {
    return take(chats);
  }

  private long take(TokenBucket bucket) {
    long now = System.nanoTime();
    long wait = bucket.take(now);
    if (wait > 0) {
      if (now - since > ABUSE_NANOS) {
        since = now;
        refusals = 0;
      }
      refusals++;
    }
    return wait;
  }

  boolean isAbused() {
    int burst = chats.burst() == 0 ? messages.burst() : chats.burst();
    return refusals > ABUSE_BURSTS * burst;
  }
}
