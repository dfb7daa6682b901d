package io.fastroom.websocket;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the hubs of one node share: their numbers, how many sockets each user has, and the budget of queued data.
 * Thread: any.
 */
public final class NodeSockets {
  private final AtomicInteger hubs = new AtomicInteger();
  private final ConcurrentMap<Long, Integer> perUser = new ConcurrentHashMap<>();
  private final FrameCheck frames = new FrameCheck();
  private final SocketBudget budget;

  public NodeSockets(SocketBudget budget) {
    this.budget = budget;
  }

  /** Whether they are answered. */
  public FrameCheck frames() {
    return frames;
  }

  SocketBudget budget() {
    return budget;
  }

  /** A name that no other hub of this node has had. */
  String nextHub() {
    return "edge-" + hubs.incrementAndGet();
  }

  /**
   * Counts a socket of the user.
   *
   * @param max 0 is no limit
   * @return false when there are {@code max} already; then nothing was counted
   */
  boolean admit(long userId, int max) {
    boolean[] admitted = new boolean[1];
    perUser.compute(userId, (user, sockets) -> {
      int open = sockets == null ? 0 : sockets;
      admitted[0] = max == 0 || open < max;
      return admitted[0] ? Integer.valueOf(open + 1) : sockets;
    });
    return admitted[0];
  }

  void release(long userId) {
    perUser.computeIfPresent(userId, (user, sockets) -> sockets == 1 ? null : sockets - 1);
  }
}
