package io.fastroom.bus;

/**
 * Where a question or a fact goes, declared once beside its message.
 *
 * @param <Q> what is sent
 * @param <A> what is answered; {@link Void} for facts
 */
public record Address<Q, A>(String name) { }
