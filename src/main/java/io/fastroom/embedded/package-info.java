/**
 * PostgreSQL and Redis for those who have none, from libraries that the production image leaves out.
 * {@code ParentWatchdog} ends them with this process, {@code OrphanedServers} ends those that outlived an earlier one.
 *
 * <p>Thread: blocking, so none of Vert.x's. Who may call in: the node's start and {@code scripts/cluster}. It must not
 * know: anything but settings.
 */
package io.fastroom.embedded;
