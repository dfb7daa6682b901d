/**
 * Delivers the events of rooms to receivers elsewhere, in the order of each log, at least once.
 *
 * <p>Thread: the event loop of its one verticle a node. Who may call in: the node's start. It must not know: REST, sockets,
 * SQL.
 */
package io.fastroom.webhook;
