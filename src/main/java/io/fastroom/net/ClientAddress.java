package io.fastroom.net;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Where a request comes from: the peer, or what a trusted proxy says, which is the rightmost address in
 * {@code X-Forwarded-For} that is not a trusted proxy itself. Immutable; any thread.
 */
public final class ClientAddress {
  private static final String FORWARDED_FOR = "X-Forwarded-For";

  private final TrustedProxies trusted;

  public ClientAddress(TrustedProxies trusted) {
    this.trusted = trusted;
  }

  /** A key to count by: the address, or for IPv6 the 64-bit network that one customer has. */
  public String of(HttpServerRequest request) {
    return network(request).host();
  }

  /** The same with the site it is in. */
  public ClientNetwork network(HttpServerRequest request) {
    String peer = request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
    InetAddress client = parse(peer);
    if (client == null) {
      return new ClientNetwork("unknown", null);
    }
    // An empty item of a list means nothing (RFC 9110, 5.6.1).
    String[] hops = Stream.of(String.join(",", request.headers().getAll(FORWARDED_FOR)).split(","))
        .filter(item -> !item.isBlank()).toArray(String[]::new);
    for (int i = hops.length - 1; i >= 0 && trusted.contains(socket(client)); i--) {
      InetAddress hop = parse(unquoted(hops[i].strip()));
      if (hop == null) {
        break;
      }
      client = hop;
    }
    return networkOf(client);
  }

  /** That of a peer itself. */
  public static ClientNetwork networkOf(InetAddress client) {
    return client instanceof Inet6Address
        ? new ClientNetwork(network(client, 64), network(client, 48)) : new ClientNetwork(client.getHostAddress(), null);
  }

  private static SocketAddress socket(InetAddress address) {
    return SocketAddress.inetSocketAddress(new InetSocketAddress(address, 0));
  }

  private static InetAddress parse(String text) {
    byte[] bytes = text == null ? null : NetUtil.createByteArrayFromIpAddressString(host(text));
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** Some proxies write an address as {@code Forwarded} would have it. */
  private static String unquoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"") ? text.substring(1, text.length() - 1) : text;
  }

  /** Without the port that some proxies add. */
  private static String host(String text) {
    if (text.startsWith("[")) {
      return text.substring(1, Math.max(1, text.indexOf(']')));
    }
    int colon = text.indexOf(':');
    return colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
  }

  private static String network(InetAddress address, int bits) {
    byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), bits / 8), 16);
    return NetUtil.bytesToIpAddress(network) + "/" + bits;
  }
}
