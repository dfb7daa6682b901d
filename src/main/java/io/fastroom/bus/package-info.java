/**
 * The event bus of one node made typed: an {@code Address} names what is sent and what is answered, a {@code Bus}
 * asks, tells and announces. Nothing else touches {@code io.vertx.core.eventbus}; nodes meet in Redis, never here.
 *
 * <p>Thread: any; an answer comes on the context that asked. Who may call in: every verticle. It must not know: what
 * is carried.
 */
package io.fastroom.bus;
