/**
 * The sockets of one event loop. A {@code Session} is a socket of a signed-in user, a {@code Subscription} one socket in
 * one room. {@code Hub} hands out what rooms release and takes banned users out, {@code FlushBatch} writes each socket
 * once per turn of the loop and lets rooms take turns where that is long, {@code CatchUp} reads the log for slow and
 * resuming readers, {@code InFlightGate} limits how fast a client is read, {@code IdleSocketCheck} finds sockets whose
 * peer is gone, {@code Arrivals} lets in a few at a time.
 *
 * <p>Thread: the event loop of the edge that deploys it. Who may call in: the edge. It must not know: SQL, Redis, order
 * (rooms release in order).
 */
package io.fastroom.websocket;
