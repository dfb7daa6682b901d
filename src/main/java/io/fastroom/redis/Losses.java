package io.fastroom.redis;

import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why a connection has ended or cannot be made, each reason once until one has lasted: a server that takes connections
 * and nothing else would fill the log.
 *
 * <p>Thread: the connection's. Limits: {@value #MAX_REASONS} reasons.
 */
final class Losses {
  private static final int MAX_REASONS = 8;
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.redis");

  private final Vertx vertx;
  private final String what;
  private final Set<String> told = new HashSet<>();

  /** @param what names the connection */
  Losses(Vertx vertx, String what) {
    this.vertx = vertx;
    this.what = what;
  }

  void lost(String why) {
    if (isNews(why)) {
      LOG.warn("redis {} lost: {}", what, why);
    }
  }

  void away(Throwable cause) {
    if (isNews(cause.getMessage())) {
      LOG.warn("redis is away ({}): {}", what, cause.getMessage());
    }
  }

  private boolean isNews(String why) {
    return told.size() < MAX_REASONS && told.add(String.valueOf(why));
  }

  /** @param there whether the connection is the same one later */
  void made(BooleanSupplier there) {
    if (!told.isEmpty()) {
      vertx.setTimer(Backoff.LASTED_MILLIS, timer -> {
        if (there.getAsBoolean()) {
          told.clear();
          LOG.info("redis {} is back", what);
        }
      });
    }
  }
}
