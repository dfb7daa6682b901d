package io.fastroom.edge;

import io.fastroom.http.RestLimits;
import io.fastroom.net.TrustedProxies;
import io.fastroom.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;

/**
 * What bounds the connections of a node; one for all edges. Thread: any.
 *
 * @param limit of those of an address
 * @param handshakes those of HTTPS that are not yet connections of HTTP
 * @param open those of HTTP
 */
public record Doors(ConnectionLimit limit, Handshakes handshakes, OpenConnections open) {

  /** @param most of HTTP; half as many handshakes; @param refusals where those are told of who are closed for it */
  public static Doors of(Settings.Http settings, long most, RestLimits refusals, MeterRegistry registry) {
    TrustedProxies proxies = new TrustedProxies(settings.trustedProxies());
    return new Doors(new ConnectionLimit(settings.connectionsPerAddress(), proxies, refusals::refusedConnection),
        new Handshakes(most / 2, proxies, refusals::gaveUpHandshake, registry),
        new OpenConnections(most, refusals::gaveUpConnection, registry));
  }

  /** For {@link io.fastroom.internals.AcceptingTransport#onAccepted}. */
  Runnable accepted(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
      // It has gone already, which only some transports tell so.
      return null;
    }
    Runnable leaving = limit.admit(SocketAddress.inetSocketAddress(peer));
    if (leaving == null) {
      return null;
    }
    if (!handshakes.begin(channel)) {
      leaving.run();
      return null;
    }
    return () -> {
      handshakes.over(channel);
      leaving.run();
    };
  }
}
