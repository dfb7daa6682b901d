/**
 * The way between nodes: publishes what this node says on Redis channels, hears what others say, and proves by a probe
 * every second that it hears.
 *
 * <p>Thread: its verticle's context; one instance a node. Who may call in: room and http, by {@code BridgeApi} on the
 * bus. It must not know: what an event means.
 */
package io.fastroom.bridge;
