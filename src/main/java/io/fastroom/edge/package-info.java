/**
 * The public port: an {@code Edge} for each event loop owns the server and deploys what answers requests and what
 * holds sockets on its own context.
 *
 * <p>Thread: its event loop. Who may call in: the node's start. It must not know: what is asked for.
 */
package io.fastroom.edge;
