/**
 * PostgreSQL, and the only place that knows SQL: {@code PersistenceApi}, {@code AccountApi} and {@code LogApi} are what
 * may be asked, the stores answer. Messages are committed in batches ({@code ChatWriter}), changes of a room under its
 * lock ({@code RoomChanges}); both announce what they have committed.
 *
 * <p>Thread: each class says so; verticles share pools, so any number of them may run. Who may call in: every verticle,
 * on the bus. It must not know: sockets, Redis, live rooms.
 */
package io.fastroom.persistence;
