package io.fastroom.internals;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/**
 * The transport that Vert.x would choose, which shows connections of TLS before their handshake: Vert.x tells of them after
 * it, and of those of HTTP/2 when they have spoken. Thread: any.
 */
public final class AcceptingTransport implements Transport {
  private final Transport chosen;
  private volatile Function<Channel, Runnable> accepting = accepted -> () -> { };

  private AcceptingTransport(Transport chosen) {
    this.chosen = chosen;
  }

  /** Has it build a Vert.x that {@link #onAccepted} may be called for. */
  public static VertxBuilder into(VertxBuilder builder) {
    io.vertx.core.transport.Transport best = io.vertx.core.transport.Transport.nativeTransport();
    io.vertx.core.transport.Transport chosen = best != null && best.available() ? best
        : io.vertx.core.transport.Transport.NIO;
    return builder.withTransport(new Named(chosen.name(), new AcceptingTransport(chosen.implementation())));
  }

  /**
   * @param accepting asked for each connection of a server with TLS, by the thread that accepts, before the connection has
   * an event loop; returns what is to be run when it is closed, on its event loop, or null to have it closed. Of several
   * calls the last one counts
   */
  public static void onAccepted(Vertx vertx, Function<Channel, Runnable> accepting) {
    ((AcceptingTransport) ((VertxInternal) vertx).transport()).accepting = accepting;
  }

  private record Named(String name, Transport implementation) implements io.vertx.core.transport.Transport {
    @Override
    public boolean available() {
      return true;
    }

    @Override
    public Throwable unavailabilityCause() {
      return null;
    }
  }

  @ChannelHandler.Sharable
  private final class Accepted extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      Channel channel = (Channel) message;
      Runnable onClose = accepting.apply(channel);
      if (onClose == null) {
        channel.unsafe().closeForcibly();
        return;
      }
      context.fireChannelRead(channel);
      channel.closeFuture().addListener(closed -> onClose.run());
    }
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    chosen.configure(options, domainSocket, bootstrap);
    if (options.isSsl()) {
      bootstrap.handler(new Accepted());
    }
  }

  @Override
  public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket, Bootstrap bootstrap) {
    chosen.configure(options, connectTimeout, domainSocket, bootstrap);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    chosen.configure(channel, options);
  }

  @Override
  public boolean supportsDomainSockets() {
    return chosen.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return chosen.supportFileRegion();
  }

  @Override
  public boolean isAvailable() {
    return chosen.isAvailable();
  }

  @Override
  public Throwable unavailabilityCause() {
    return chosen.unavailabilityCause();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return chosen.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return chosen.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return chosen.ioHandlerFactory();
  }

  @Override
  public EventLoopGroup eventLoopGroup(int type, int threads, ThreadFactory factory, int ioRatio) {
    return chosen.eventLoopGroup(type, threads, factory, ioRatio);
  }

  @Override
  public DatagramChannel datagramChannel() {
    return chosen.datagramChannel();
  }

  @Override
  @SuppressWarnings("deprecation")
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return chosen.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return chosen.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return chosen.serverChannelFactory(domainSocket);
  }
}
