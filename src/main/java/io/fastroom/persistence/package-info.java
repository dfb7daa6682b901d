/**
 * PostgreSQL, and the only place that knows SQL: {@code PersistenceApi} is what may be asked, one store for each table
 * answers. Messages are written in groups ({@code ChatWriter}), changes of a room under its lock ({@code
 * RoomChanges}); both announce what they have committed.
 *
 * <p>Thread: each class says so; verticles share pools, so any number of them may run. Who may call in: every
 * verticle, by {@code PersistenceApi} on the bus. It must not know: sockets, Redis, live rooms.
 */
package io.fastroom.persistence;
