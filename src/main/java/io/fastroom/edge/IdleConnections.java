package io.fastroom.edge;

import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections that do not come to the point: no request soon after they were opened, or none for a while after
 * the last. It counts requests and not bytes, so dripping a header keeps nothing open.
 *
 * <p>Thread: the event loop of its edge. Limits: {@link #FIRST_SECONDS} for the first request, {@link #NEXT_SECONDS}
 * for a request with its answer and the pause after it. Sockets have their own rules.
 */
final class IdleConnections {
  static final long SWEEP_MILLIS = 5_000;
  private static final long FIRST_SECONDS = 15;
  private static final long NEXT_SECONDS = 60;

  private final Map<HttpConnection, Long> deadlines = new HashMap<>();

  void opened(HttpConnection connection) {
    deadlines.put(connection, in(FIRST_SECONDS));
    connection.closeHandler(closed -> forget(connection));
  }

  void requested(HttpConnection connection) {
    deadlines.replace(connection, in(NEXT_SECONDS));
  }

  void forget(HttpConnection connection) {
    deadlines.remove(connection);
  }

  void sweep() {
    long now = System.nanoTime();
    List<HttpConnection> late = deadlines.entrySet().stream()
        .filter(entry -> entry.getValue() - now < 0).map(Map.Entry::getKey).toList();
    late.forEach(HttpConnection::close);
  }

  private static long in(long seconds) {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
  }
}
