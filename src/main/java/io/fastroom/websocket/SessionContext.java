package io.fastroom.websocket;

import io.fastroom.auth.AccessTokens;
import io.fastroom.auth.Revocations;
import io.fastroom.bus.Bus;
import io.fastroom.internals.EventLoop;
import io.fastroom.settings.Settings;
import java.time.Duration;

/**
 * What the sessions of one hub work with.
 *
 * @param stall how long a reader may leave queued data untouched
 */
record SessionContext(EventLoop loop, Settings settings, Bus bus, AccessTokens tokens, Revocations revocations, Hub hub,
                      CatchUp catchUp, FlushBatch batch, Arrivals arrivals, NodeSockets node, SocketMetrics metrics,
                      Duration stall) {
  private static final Duration STREAM_INTERVAL = Duration.ofSeconds(15);
  /** A stream's client says nothing: it is gone when it does not take what it is sent. */
  private static final Duration EVER = Duration.ofDays(36_500);

  /** From ping to ping, of a stream of events or of a socket. */
  Duration interval(boolean stream) {
    return stream ? STREAM_INTERVAL : settings.webSocket().heartbeatInterval();
  }

  /** How long the peer may be silent. */
  Duration life(boolean stream) {
    return stream ? EVER : settings.webSocket().heartbeatTtl();
  }
}
