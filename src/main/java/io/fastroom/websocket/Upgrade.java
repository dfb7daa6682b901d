package io.fastroom.websocket;

import io.fastroom.Settings;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** What a request must bring to become a socket: an allowed origin and, somewhere, a token. Thread: any. */
final class Upgrade {
  private final Origins origins;
  private final List<IpSubnetFilterRule> proxies;

  Upgrade(Settings settings) {
    this.origins = new Origins(settings.webSocket().origins(), settings.embedded());
    this.proxies = settings.http().trustedProxies().stream().map(Upgrade::subnet).toList();
  }

  private static IpSubnetFilterRule subnet(String addresses) {
    int slash = addresses.indexOf('/');
    String address = slash < 0 ? addresses : addresses.substring(0, slash);
    int bits = slash < 0 ? address.contains(":") ? 128 : 32 : Integer.parseInt(addresses.substring(slash + 1));
    return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
  }

  boolean originAllowed(HttpServerRequest request) {
    String forwarded = request.getHeader("X-Forwarded-Host");
    String host = forwarded != null && isProxy(request.remoteAddress())
        ? forwarded.split(",", 2)[0].trim()
        : request.getHeader(HttpHeaders.HOST);
    return origins.allows(request.getHeader(HttpHeaders.ORIGIN), host);
  }

  private boolean isProxy(SocketAddress peer) {
    if (proxies.isEmpty() || peer == null || peer.hostAddress() == null) {
      return false;
    }
    InetSocketAddress address = new InetSocketAddress(peer.hostAddress(), peer.port());
    return proxies.stream().anyMatch(proxy -> proxy.matches(address));
  }

  /** The access token by any of its three ways, null when there is none. */
  static String token(HttpServerRequest request) {
    String token = request.getParam("access_token");
    if (token != null) {
      return token;
    }
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return header.substring(7).trim();
    }
    String[] protocols = String.join(",", request.headers().getAll("Sec-WebSocket-Protocol")).split(",");
    return protocols.length > 1 && protocols[0].trim().equals(WebSocketVerticle.SUBPROTOCOL) ? protocols[1].trim() : null;
  }
}
