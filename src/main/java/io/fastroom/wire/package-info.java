/**
 * JSON that leaves the node: the frame of an event ({@code EventJson}), frames that are not stored
 * ({@code EphemeralJson}), and messages on a Redis channel ({@code ChannelMessage}), which are frames with a signed
 * {@code srv} in front.
 *
 * <p>Thread: any, except {@code Macs}, which belongs to one. Who may call in: room, websocket, bridge, presence. It
 * must not know: Redis itself, sockets, SQL.
 */
package io.fastroom.wire;
