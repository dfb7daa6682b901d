package io.fastroom.redis;

import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;

/** A question whose answer a link awaits. Thread: the link's. */
final class InFlight {
  final Promise<?> promise;
  /** One of its keys, null for none. */
  final String key;
  final long since = System.nanoTime();
  boolean answered;

  InFlight(Promise<?> promise, String key) {
    this.promise = promise;
    this.key = key;
  }

  boolean isOlder(long now, long millis) {
    return now - since > TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
