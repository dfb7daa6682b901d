package io.fastroom.bus;

/**
 * Where a question or a fact goes, declared once beside its message.
 *
 * @param <Q> what is sent
 * @param <A> what is answered; {@link Void} for facts
 */
public record Address<Q, A>(String name) {
  /** The same address for one of several receivers, such as a hub. */
  public Address<Q, A> of(String instance) {
    return new Address<>(name + "." + instance);
  }
}
