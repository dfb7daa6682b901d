package io.fastroom.persistence;

/** Something that waits for its commit. */
interface Pending {
  long roomId();

  /** Whose it is. */
  long userId();

  /** In characters, about. */
  int size();

  /** Of the answer, by {@link ChatWriter#now}. */
  long deadline();

  /** What may stand in a batch only once; null for what may come as often as it likes. */
  Object subject();

  void fail(Throwable failure);
}
