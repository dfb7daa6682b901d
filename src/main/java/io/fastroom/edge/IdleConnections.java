package io.fastroom.edge;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Closes connections that do not come to the point: no request soon after they were opened, none for a while after the
 * last answer, or one that gets no answer. It counts requests and not bytes, so dripping a header keeps nothing open.
 *
 * <p>A proxy keeps its connections for longer than we may know, and a request that meets our close on its way is a 502 to
 * somebody. So what comes through a proxy is closed with notice: the answer to the first request after too long a pause
 * says {@code Connection: close}.
 *
 * <p>Thread: the event loop of its edge. Sockets have their own rules.
 */
final class IdleConnections {
  static final long SWEEP_MILLIS = 1_000;
  private static final long FIRST_NANOS = Duration.ofSeconds(15).toNanos();
  private static final long ANSWER_NANOS = Duration.ofSeconds(60).toNanos();
  /** Longer than any balancer keeps a connection that nobody uses; the usual most is ten minutes. */
  private static final long PROXY_NANOS = Duration.ofMinutes(15).toNanos();

  private static final class Peer {
    /** Those without the end of their answer, as far as it was noticed. */
    final Deque<HttpServerRequest> underWay = new ArrayDeque<>();
    long since = System.nanoTime();
    boolean used;
    boolean proxied;
    boolean closing;

    void noticeEnds(long now) {
      if (underWay.removeIf(request -> request.response().ended() && request.isEnded()) && underWay.isEmpty()) {
        since = now;
      }
    }

    /** A stream of events has its own rules for readers; an answer that has not begun must. */
    boolean waitsForAnswer() {
      return underWay.stream().anyMatch(request -> !request.response().headWritten());
    }
  }

  private final Map<HttpConnection, Peer> peers = new HashMap<>();
  /** Zero is for ever. */
  private final long idleNanos;
  private final String keepAlive;

  IdleConnections(Duration idle) {
    this.idleNanos = idle.toNanos();
    this.keepAlive = "timeout=" + idle.toSeconds();
  }

  void opened(HttpConnection connection) {
    peers.put(connection, new Peer());
    connection.closeHandler(closed -> forget(connection));
  }

  /**
   * @param proxied whether a proxy is in between
   * @param leaving whether the node stops
   */
  void requested(HttpServerRequest request, boolean proxied, boolean leaving) {
    Peer peer = peers.get(request.connection());
    if (peer == null) {
      return;
    }
    long now = System.nanoTime();
    peer.noticeEnds(now);
    boolean tooLate = peer.used && peer.underWay.isEmpty() && idleNanos > 0 && now - peer.since > idleNanos;
    peer.used = true;
    peer.proxied |= proxied;
    peer.closing |= tooLate || leaving;
    peer.since = now;
    peer.underWay.add(request);
    if (request.version() != HttpVersion.HTTP_2) {
      tell(request, peer.closing);
    }
  }

  private void tell(HttpServerRequest request, boolean closing) {
    if (closing) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    } else if (idleNanos > 0) {
      request.response().putHeader(HttpHeaders.KEEP_ALIVE, keepAlive);
    }
  }

  void forget(HttpConnection connection) {
    peers.remove(connection);
  }

  void sweep() {
    long now = System.nanoTime();
    List<HttpConnection> late = peers.entrySet().stream().filter(entry -> isLate(entry.getValue(), now))
        .map(Map.Entry::getKey).toList();
    late.forEach(HttpConnection::close);
  }

  private boolean isLate(Peer peer, long now) {
    peer.noticeEnds(now);
    long waited = now - peer.since;
    if (!peer.used) {
      return waited > FIRST_NANOS;
    }
    if (!peer.underWay.isEmpty()) {
      return waited > ANSWER_NANOS && peer.waitsForAnswer();
    }
    return peer.closing || idleNanos > 0 && waited > (peer.proxied ? Math.max(idleNanos, PROXY_NANOS) : idleNanos);
  }
}
