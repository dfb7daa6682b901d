/**
 * Who is in a room, cluster-wide. The truth is Redis's: a heartbeat key for each connection and room. Every change is
 * one script, in which Redis changes the truth and tells the nodes. {@code ExpiryGuard} knows when nobody may be taken
 * out.
 *
 * <p>Thread: a verticle's context; any number of instances. Who may call in: room and bridge, by {@code PresenceApi}
 * on the bus. It must not know: sockets and the log.
 */
package io.fastroom.presence;
