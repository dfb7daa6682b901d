/**
 * The live rooms of this node: every durable event passes {@code LiveRoom} and leaves it once, in {@code seq} order.
 * {@code Healer} fills gaps from PostgreSQL, {@code Tail} and {@code RecentMessages} keep the end of the log, {@code
 * PresenceTracker} tells who is there, {@code JoinHandler} lets sockets in.
 *
 * <p>Thread: RoomVerticle's event loop owns all of it; one instance a node. Who may call in: websocket and http, by
 * {@code RoomApi} on the bus. It must not know: SQL, Redis, sockets.
 */
package io.fastroom.room;
