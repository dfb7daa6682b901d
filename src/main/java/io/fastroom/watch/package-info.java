/**
 * The lists of rooms that users watch without being in them: which rooms there are, how far each user has read, how much is
 * unread. {@code Sync} keeps the rooms of a user, {@code Refresher} reads what has happened in a room, {@code Marks} gathers
 * what was read, {@code Hints} tells the other nodes, and {@code Comparison} finds what nobody has told.
 *
 * <p>Thread: WatchVerticle's event loop owns all of it; one instance a node. Who may call in: websocket and http, by
 * {@code WatchApi} on the bus. It must not know: SQL, Redis, sockets.
 */
package io.fastroom.watch;
