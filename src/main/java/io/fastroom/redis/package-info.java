/**
 * Connections to Redis that heal: {@code RedisLink} for commands, {@code Subscriber} for channels, both over a {@code
 * RedisConnector}; scripts by their hash; the names of channels.
 *
 * <p>Thread: the context that made the connection. Who may call in: presence, bridge and auth's rate limits, nobody
 * else. It must not know: what a command means.
 */
package io.fastroom.redis;
