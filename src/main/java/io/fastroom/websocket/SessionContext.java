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
                      CatchUp catchUp, FlushBatch batch, NodeSockets node, SocketMetrics metrics, Duration stall) { }
