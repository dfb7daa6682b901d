package io.fastroom.edge;

import io.fastroom.internals.HttpConnections;
import io.fastroom.net.ClientAddress;
import io.fastroom.net.TrustedProxies;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The node's connections of HTTPS that are not yet one of HTTP: their handshake is under way, or they have agreed on HTTP/2
 * and not spoken it. Each takes a TLS engine and up to a record that has not come in full. Of one address, or network of
 * IPv6, an eighth of them may be, and no more begin; a trusted proxy may have all. With one too many of all addresses the
 * oldest ends, however young it is: an honest handshake takes milliseconds, and trying again costs less than having all of
 * them wait. A loop that is behind does not come to end them; then no more begin. One for all edges. Thread: any.
 */
public final class Handshakes {
  private static final int SHARE = 8;

  private final long most;
  private final TrustedProxies proxies;
  private final Consumer<String> givenUp;
  /** Of all that are open, what is to be counted by, in the order in which they were accepted; guarded by this. */
  private final Map<Channel, String> underWay = new LinkedHashMap<>();
  /** The same of those that have been given up and are not closed yet; guarded by this. */
  private final Map<Channel, String> ending = new HashMap<>();
  /** How many of either are of one address; guarded by this. */
  private final Map<String, Integer> each = new HashMap<>();

  /** @param most beyond it one is closed; @param givenUp is told of the address of each of these */
  Handshakes(long most, TrustedProxies proxies, Consumer<String> givenUp, MeterRegistry registry) {
    this.most = most;
    this.proxies = proxies;
    this.givenUp = givenUp;
    Gauge.builder("fastroom.tls.handshakes", this::count)
        .description("Connections of HTTPS before the end of their handshake, or of HTTP/2 before their first words")
        .register(registry);
    Gauge.builder("fastroom.tls.handshakes.limit", () -> most)
        .description("Handshakes of TLS beyond which the oldest is given up").register(registry);
  }

  private synchronized int count() {
    return underWay.size() + ending.size();
  }

  /** Returns whether it may begin; it is {@link #over} some time then. */
  boolean begin(Channel channel) {
    InetAddress peer = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    boolean proxied = proxies.contains(peer);
    Channel surplus = add(channel, ClientAddress.networkOf(peer).host(), proxied ? most : Math.max(1, most / SHARE));
    if (surplus != null) {
      givenUp.accept(((InetSocketAddress) surplus.remoteAddress()).getAddress().getHostAddress());
    }
    if (surplus != null && surplus != channel) {
      HttpConnections.abort(surplus);
    }
    return surplus != channel;
  }

  /** Returns the one that has to go, null when there is none. */
  private synchronized Channel add(Channel channel, String network, long share) {
    if (ending.size() >= most || each.getOrDefault(network, 0) >= share) {
      return channel;
    }
    underWay.put(channel, network);
    each.merge(network, 1, Integer::sum);
    if (underWay.size() <= most) {
      return null;
    }
    Iterator<Map.Entry<Channel, String>> all = underWay.entrySet().iterator();
    Map.Entry<Channel, String> oldest = all.next();
    all.remove();
    ending.put(oldest.getKey(), oldest.getValue());
    return oldest.getKey();
  }

  /** It is a connection of HTTP now, or closed. */
  synchronized void over(Channel channel) {
    String network = underWay.remove(channel);
    if (network == null) {
      network = ending.remove(channel);
    }
    if (network != null) {
      each.computeIfPresent(network, (key, count) -> count == 1 ? null : count - 1);
    }
  }
}
