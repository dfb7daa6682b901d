/**
 * The fence around what Vert.x, its PostgreSQL client and Jackson do not promise: one class for each internal we use,
 * and nothing of ours beside it. {@code LibraryInternalsTest} fails when an upgrade changes one of them.
 *
 * <p>Thread: each class says so. Who may call in: everybody. It must not know anything of FastRoom.
 */
package io.fastroom.internals;
