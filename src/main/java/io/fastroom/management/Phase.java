package io.fastroom.management;

/** How far the node's life has got; readiness tells it to balancers. Any thread. */
public final class Phase {
  private enum State { STARTING, SERVING, DRAINING }

  private volatile State state = State.STARTING;

  public void serving() {
    state = State.SERVING;
  }

  /** From here on there is no way back to serving. */
  public void draining() {
    state = State.DRAINING;
  }

  public boolean isServing() {
    return state == State.SERVING;
  }

  @Override
  public String toString() {
    return state.name().toLowerCase(java.util.Locale.ROOT);
  }
}
