package io.fastroom.edge;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** How many connections each address has to this node; one for all edges. Thread: any. */
public final class ConnectionLimit {
  private final int max;
  private final Consumer<String> refused;
  private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

  /** @param max per address, 0 is no limit; @param refused is told of each address that has one too many */
  public ConnectionLimit(int max, Consumer<String> refused) {
    this.max = max;
    this.refused = refused;
  }

  boolean isSet() {
    return max > 0;
  }

  /** Counts a connection. Returns false when it is one too many; it is to be {@link #release released} all the same. */
  boolean admit(String address) {
    boolean admitted = open.merge(address, 1, Integer::sum) <= max;
    if (!admitted) {
      refused.accept(address);
    }
    return admitted;
  }

  void release(String address) {
    open.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
  }
}
