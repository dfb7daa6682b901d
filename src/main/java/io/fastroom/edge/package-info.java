/**
 * The public port: for each event loop an {@code Edge} owns the server and deploys the REST handler and the WebSocket
 * verticle on its own context.
 *
 * <p>Thread: its event loop. Who may call in: the node's start. It must not know: what is requested.
 */
package io.fastroom.edge;
