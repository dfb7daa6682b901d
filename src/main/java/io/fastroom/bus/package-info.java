/**
 * The event bus of one node with types: an {@code Address} names what is sent and what is answered, a {@code Bus} asks,
 * tells and announces. Nothing else uses {@code io.vertx.core.eventbus}; nodes communicate through Redis, never here.
 *
 * <p>Thread: any; an answer comes on the context that asked. Who may call in: every verticle. It must not know: what is
 * carried.
 */
package io.fastroom.bus;
