package io.fastroom.edge;

import io.fastroom.net.TrustedProxies;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/** How many connections each address has to this node, trusted proxies apart; one for all edges. Thread: any. */
public final class ConnectionLimit {
  private static final Runnable NOTHING = () -> { };

  private final int max;
  private final TrustedProxies proxies;
  private final Consumer<String> refused;
  private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

  /** @param max per address, 0 is no limit; @param refused is told of each address that has one too many */
  public ConnectionLimit(int max, TrustedProxies proxies, Consumer<String> refused) {
    this.max = max;
    this.proxies = proxies;
    this.refused = refused;
  }

  /** Counts a connection. Returns what is to be run when it is closed, null when it is one too many. */
  Runnable admit(SocketAddress peer) {
    if (max == 0 || proxies.contains(peer)) {
      return NOTHING;
    }
    String address = peer.hostAddress();
    if (open.merge(address, 1, Integer::sum) <= max) {
      return () -> release(address);
    }
    release(address);
    refused.accept(address);
    return null;
  }

  private void release(String address) {
    open.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
  }
}
