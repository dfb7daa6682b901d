/**
 * JSON that leaves the node: the frame of an event ({@code EventJson}), of what nobody keeps ({@code EphemeralJson}),
 * and the form of a message on a Redis channel ({@code ChannelMessage}), which is the frame with a signed {@code srv}
 * before it.
 *
 * <p>Thread: any, but {@code Macs}, which belongs to one. Who may call in: room, websocket, bridge, presence. It must
 * not know: Redis itself, sockets, SQL.
 */
package io.fastroom.wire;
