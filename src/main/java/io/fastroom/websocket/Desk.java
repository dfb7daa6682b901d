package io.fastroom.websocket;

import io.fastroom.Settings;
import io.fastroom.auth.Revocations;
import io.fastroom.auth.Tokens;
import io.fastroom.bus.Bus;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;

/**
 * What the sessions of one hub work with.
 *
 * @param stall how long a reader may take nothing at all
 */
record Desk(ContextInternal context, Settings settings, Bus bus, Tokens tokens, Revocations revocations, Hub hub,
            CatchUp catchUp, Turn turn, NodeSockets node, SocketMetrics metrics, Duration stall) { }
