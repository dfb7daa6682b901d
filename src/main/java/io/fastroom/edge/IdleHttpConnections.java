package io.fastroom.edge;

import io.fastroom.internals.HttpConnections;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Closes idle HTTP connections: those without a request soon after they were opened, those without one for a while
 * after the last answer, and those whose request gets no answer. It counts requests, not bytes, so sending a header
 * drop by drop keeps nothing open. When the node has too many, each new one ends one whose client keeps it waiting; when it
 * has twice as many, and finds none, it takes no more.
 *
 * <p>How long a proxy keeps its connections is unknown, and a request that crosses our close on the way becomes a 502
 * for somebody. So connections through a proxy are closed with notice: after too long a pause, the answer to the next
 * request says {@code Connection: close}. The same goes for a node that stops, which does not wait for ever: those that
 * have been used a moment ago get some seconds.
 *
 * <p>Thread: the event loop of its edge. An idle WebSocket is closed by {@code websocket.IdleSocketCheck}.
 */
final class IdleHttpConnections {
  static final long SWEEP_MILLIS = 1_000;
  static final int FIRST_SECONDS = 15;
  private static final long FIRST_NANOS = Duration.ofSeconds(FIRST_SECONDS).toNanos();
  private static final long ANSWER_NANOS = Duration.ofSeconds(60).toNanos();
  /** Longer than any load balancer keeps an unused connection; the usual maximum is ten minutes. */
  private static final long PROXY_NANOS = Duration.ofMinutes(15).toNanos();

  /** After so long a pause a request is unlikely to be on its way to a node that stops. */
  private static final long LEAVING_NANOS = Duration.ofSeconds(5).toNanos();
  /** A client that has connected sends its request at once. */
  private static final long FIRST_LEAVING_NANOS = Duration.ofSeconds(1).toNanos();

  /** For so long a client is not late with its first request, or the rest of one, however many others there are. */
  private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();
  /** The same for the next one: who has asked properly may keep a connection for it. */
  private static final long NEXT_PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();
  /** Connections that are looked at, when there are too many, for one that waits for its client. */
  private static final int LOOKS = 64;

  private static final class Peer {
    /** Requests whose answer has not been seen to end. */
    final Deque<HttpServerRequest> underWay = new ArrayDeque<>();
    long since = System.nanoTime();
    boolean used;
    boolean proxied;
    boolean closing;

    void noticeEnds(long now) {
      if (underWay.removeIf(this::hasEnded) && underWay.isEmpty()) {
        since = now;
      }
    }

    private boolean hasEnded(HttpServerRequest request) {
      // One of HTTP/2 may be over by itself: given up by the client, or not read to its end.
      boolean ended = request.response().closed() || request.response().ended() && request.isEnded();
      // Of a body that was no HTTP after the answer: nothing that follows is read.
      closing |= ended && request.decoderResult().isFailure();
      return ended;
    }

    /** Whether nothing goes on before the client has said more, and it is late with that. A proxy's may be late. */
    boolean isOverdue(long now) {
      noticeEnds(now);
      long waited = now - since;
      return used && underWay.isEmpty() ? !proxied && waited > NEXT_PATIENCE_NANOS
          : waited > PATIENCE_NANOS && underWay.stream().noneMatch(HttpServerRequest::isEnded);
    }

    /** A client may take its time to read an answer; only one that has not begun counts as late. */
    boolean waitsForAnswer() {
      return underWay.stream().anyMatch(request -> !request.response().headWritten());
    }
  }

  /** In the order in which they were opened, or looked at since and left. */
  private final Map<HttpConnection, Peer> peers = new LinkedHashMap<>();
  private final OpenConnections open;
  /** Zero means for ever. */
  private final long idleNanos;
  private final String keepAlive;
  private boolean leaving;

  IdleHttpConnections(Duration idle, OpenConnections open) {
    this.open = open;
    this.idleNanos = idle.toNanos();
    this.keepAlive = "timeout=" + idle.toSeconds();
  }

  void opened(HttpConnection connection) {
    if (open.areTooMany() && !giveUpOne() && open.areFarTooMany()) {
      open.givenUp(connection.remoteAddress().hostAddress());
      HttpConnections.abort(connection);
      return;
    }
    peers.put(connection, new Peer());
    open.opened();
    connection.closeHandler(closed -> forget(connection));
  }

  /** Returns whether there was one. */
  private boolean giveUpOne() {
    long now = System.nanoTime();
    List<HttpConnection> first = peers.keySet().stream().limit(LOOKS).toList();
    for (HttpConnection connection : first) {
      Peer peer = peers.get(connection);
      if (peer.isOverdue(now)) {
        open.givenUp(connection.remoteAddress().hostAddress());
        forget(connection);
        HttpConnections.abort(connection);
        return true;
      }
      // Else the next look would be at the same ones.
      peers.remove(connection);
      peers.put(connection, peer);
    }
    return false;
  }

  /** From now on connections end, with their next answer or soon. */
  void leave() {
    leaving = true;
  }

  /** Whether a request may be on its way over a connection that has none. */
  boolean mayBeAsked(HttpConnection connection) {
    Peer peer = peers.get(connection);
    return peer != null && !isLate(peer, System.nanoTime()) && (peer.proxied || !peer.used) && peer.underWay.isEmpty();
  }

  /**
   * @param proxied whether a proxy is in between
   * @param last whether the node takes no more after this one
   */
  void requested(HttpServerRequest request, boolean proxied, boolean last) {
    Peer peer = peers.get(request.connection());
    if (peer == null) {
      return;
    }
    long now = System.nanoTime();
    peer.noticeEnds(now);
    boolean tooLate = peer.used && peer.underWay.isEmpty() && idleNanos > 0 && now - peer.since > idleNanos;
    peer.used = true;
    peer.proxied |= proxied;
    peer.closing |= tooLate || last || leaving || isLast(request);
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

  /** Whether the client wants it to be: an option may stand anywhere in a list. */
  private static boolean isLast(HttpServerRequest request) {
    boolean old = request.version() == HttpVersion.HTTP_1_0;
    List<String> given = request.headers().getAll(HttpHeaders.CONNECTION);
    if (given.isEmpty()) {
      return old;
    }
    List<String> options = Stream.of(String.join(",", given).split(","))
        .map(option -> option.strip().toLowerCase(Locale.ROOT)).toList();
    return options.contains("close") || old && !options.contains("keep-alive");
  }

  void forget(HttpConnection connection) {
    if (peers.remove(connection) != null) {
      open.gone();
    }
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
      return waited > (leaving ? FIRST_LEAVING_NANOS : FIRST_NANOS);
    }
    if (!peer.underWay.isEmpty()) {
      return waited > ANSWER_NANOS && peer.waitsForAnswer();
    }
    return peer.closing || leaving && waited > LEAVING_NANOS
        || idleNanos > 0 && waited > (peer.proxied ? Math.max(idleNanos, PROXY_NANOS) : idleNanos);
  }
}
