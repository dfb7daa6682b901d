package io.fastroom.net;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Peers whose word about their clients is believed. Thread: any. */
public final class TrustedProxies {
  private final List<IpSubnetFilterRule> ranges;

  /** @param ranges addresses or CIDR ranges */
  public TrustedProxies(List<String> ranges) {
    this.ranges = ranges.stream().map(TrustedProxies::range).toList();
  }

  private static IpSubnetFilterRule range(String range) {
    String cidr = range.contains("/") ? range : range + (range.contains(":") ? "/128" : "/32");
    return new IpSubnetFilterRule(cidr, IpFilterRuleType.ACCEPT);
  }

  public boolean contains(SocketAddress peer) {
    if (ranges.isEmpty() || peer == null || peer.hostAddress() == null) {
      return false;
    }
    InetSocketAddress address = new InetSocketAddress(peer.hostAddress(), peer.port());
    return ranges.stream().anyMatch(range -> range.matches(address));
  }
}
