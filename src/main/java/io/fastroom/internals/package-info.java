/**
 * A wrapper for everything we use that Vert.x, its PostgreSQL client and Jackson do not guarantee: one class for each
 * of their internals, and nothing else. {@code LibraryInternalsTest} fails when an upgrade changes one of them.
 *
 * <p>Thread: each class says so. Who may call in: everybody. It must not know anything of FastRoom.
 */
package io.fastroom.internals;
