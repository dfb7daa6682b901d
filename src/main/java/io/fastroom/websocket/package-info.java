/**
 * The sockets of one event loop. A {@code Session} is a socket of a signed-in user, a {@code Subscription} one socket
 * in one room. {@code Hub} hands out what rooms release, {@code FlushBatch} writes each socket once per iteration of
 * the loop, {@code CatchUp} reads the log for slow and resuming readers, {@code InFlightGate} is the back-pressure on
 * what a client sends.
 *
 * <p>Thread: the event loop of the edge that deploys it. Who may call in: the edge. It must not know: SQL, Redis,
 * order (rooms release in order).
 */
package io.fastroom.websocket;
