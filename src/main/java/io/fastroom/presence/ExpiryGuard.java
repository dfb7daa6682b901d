package io.fastroom.presence;

import io.vertx.redis.client.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What this node knows of whether Redis and the road to it have been there without a break; shared by its presence
 * verticles. Thread-safe.
 *
 * <p>Limits: what it knows of Redis's clock is right to a quarter of a second.
 */
public final class ExpiryGuard {
  /** An answer that took longer says too little about the clock, in nanoseconds. */
  private static final long QUICK = TimeUnit.MILLISECONDS.toNanos(500);
  /** As long as any node may need to be back and to write its heartbeats: attempts are up to 4.5 s apart. */
  static final long HOLD_MILLIS = 6_000;
  private static final int MAX_EPOCHS = 50_000;

  private final Map<String, String> epochs = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
      return size() > MAX_EPOCHS;
    }
  };
  private boolean clockKnown;
  private long clockOffsetMillis;
  private long holdUntil = System.nanoTime();
  private boolean lost;

  /** The connection was broken: what was written meanwhile is lost, and Redis may have come back with older data. */
  synchronized void broken() {
    lost = true;
    holdUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(HOLD_MILLIS);
    clockKnown = false;
  }

  /** How long this node still wants nobody to be taken out, in milliseconds; 0 for not. */
  synchronized long wish() {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(holdUntil - System.nanoTime()));
  }

  /** What Redis's clock must show now, in milliseconds; empty when not known. */
  synchronized String expected() {
    return clockKnown ? Long.toString(clockOffsetMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime())) : "";
  }

  /** @return empty when not known */
  synchronized String epoch(String key) {
    return epochs.getOrDefault(key, "");
  }

  /**
   * An answer of Redis.
   *
   * @param sentEpoch what {@link #epoch} said when it was asked
   * @param sentAt nanoseconds
   * @param redisMillis Redis's clock
   */
  synchronized void learn(String key, String sentEpoch, Response epoch, long sentAt, long redisMillis) {
    String known = epochs.put(key, epoch.toString());
    if (!sentEpoch.isEmpty() && !sentEpoch.equals(epoch.toString()) && sentEpoch.equals(known)) {
      lost = true;
    }
    long now = System.nanoTime();
    if (now - sentAt < QUICK) {
      clockKnown = true;
      clockOffsetMillis = redisMillis - TimeUnit.NANOSECONDS.toMillis(sentAt + (now - sentAt) / 2);
    }
  }

  /** Whether data was lost since this was last asked. */
  synchronized boolean takeLost() {
    boolean was = lost;
    lost = false;
    return was;
  }
}
