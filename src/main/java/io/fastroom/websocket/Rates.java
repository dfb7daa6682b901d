package io.fastroom.websocket;

import io.fastroom.model.Problem;
import io.fastroom.settings.Settings;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How fast one socket may send, and when it has been refused so often that it counts as abuse.
 *
 * <p>Thread: the event loop of its socket. Limits: more than five bursts of refusals within ten seconds are abuse.
 */
final class Rates {
  private static final int ABUSE_BURSTS = 5;
  private static final long ABUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Consumer<String> limited;
  private final TokenBucket messages;
  private final TokenBucket chats;
  /** The shorter of those that are limited. */
  private final int burst;
  private long since;
  private int refusals;

  /** @param limited is told of each refusal which limit it was */
  Rates(Settings.WebSocket settings, Consumer<String> limited) {
    this.limited = limited;
    long now = System.nanoTime();
    this.messages = new TokenBucket(settings.messageRate(), now);
    this.chats = new TokenBucket(settings.chatRate(), now);
    this.burst = chats.burst() == 0 ? messages.burst()
        : messages.burst() == 0 ? chats.burst() : Math.min(chats.burst(), messages.burst());
    this.since = now;
  }

  /** Counts any message. Returns 0, or the milliseconds after which to try again. */
  long message() {
    return take(messages, "socket_messages");
  }

  /** Counts a chat, in addition to {@link #message}. */
  long chat() {
    return take(chats, "socket_chats");
  }

  private long take(TokenBucket bucket, String kind) {
    long now = System.nanoTime();
    long wait = bucket.take(now);
    if (wait > 0) {
      if (now - since > ABUSE_NANOS) {
        since = now;
        refusals = 0;
      }
      refusals++;
      limited.accept(kind);
    }
    return wait;
  }

  /** A question of its user was refused. */
  void refused(Problem problem) {
    if (problem == Problem.RATE_LIMITED) {
      limited.accept("room_moves");
    }
  }

  boolean isAbused() {
    return refusals > ABUSE_BURSTS * burst;
  }
}
