package io.fastroom.net;

import io.fastroom.settings.AddressRange;
import io.netty.util.NetUtil;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Peers that are believed about their clients. Thread: any. */
public final class TrustedProxies {
  private final List<AddressRange> ranges;

  public TrustedProxies(List<AddressRange> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  public boolean contains(SocketAddress peer) {
    String address = ranges.isEmpty() || peer == null ? null : peer.hostAddress();
    byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
    try {
      return bytes != null && contains(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  public boolean contains(InetAddress peer) {
    return ranges.stream().anyMatch(range -> range.contains(peer));
  }
}
