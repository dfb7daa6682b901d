package io.fastroom.bench.local;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalIoHandle;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.transport.Transport;

/**
 * Lets the server that a process has started last be reached within the process as well: through everything but the
 * kernel, and without descriptors. Vert.x finds it on the class path of the tests; it does nothing where
 * {@link #PROPERTY} is not set.
 */
public final class LocalTransport implements VertxServiceProvider {
  static final String PROPERTY = "fastroom.bench.local";
  private static final SocketAddress HERE = SocketAddress.inetSocketAddress(1, "127.0.0.1");
  private static volatile ServerBootstrap last;

  @Override
  public void init(VertxBootstrap builder) {
    if (Boolean.getBoolean(PROPERTY)) {
      builder.transport(new Both(builder.transport()));
    }
  }

  /** Where the server listens from now on, too. */
  static LocalAddress listen() {
    LocalAddress address = new LocalAddress("fastroom");
    last.channelFactory(LocalServerChannel::new).bind(address).syncUninterruptibly();
    return address;
  }

  /** @param system what all other connections go by */
  private record Both(Transport system) implements Transport {
    @Override
    public boolean supportsDomainSockets() {
      return system.supportsDomainSockets();
    }

    @Override
    public boolean supportFileRegion() {
      return system.supportFileRegion();
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
      return system.convert(address);
    }

    @Override
    public SocketAddress convert(java.net.SocketAddress address) {
      return address instanceof LocalAddress ? HERE : system.convert(address);
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
      IoHandlerFactory factory = system.ioHandlerFactory();
      return executor -> new BothHandler(factory.newHandler(executor), local(executor));
    }

    private static IoHandler local(ThreadAwareExecutor executor) {
      return LocalIoHandler.newFactory().newHandler(executor);
    }

    @Override
    public DatagramChannel datagramChannel() {
      return system.datagramChannel();
    }

    @Override
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
      return system.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
      return system.channelFactory(domainSocket);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
      return system.serverChannelFactory(domainSocket);
    }

    @Override
    public void configure(DatagramChannel channel, DatagramSocketOptions options) {
      system.configure(channel, options);
    }

    @Override
    public void configure(ClientOptionsBase options, int connectTimeout, boolean domainSocket,
                          io.netty.bootstrap.Bootstrap bootstrap) {
      system.configure(options, connectTimeout, domainSocket, bootstrap);
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
      // Before it has options that only sockets have.
      last = bootstrap.clone();
      system.configure(options, domainSocket, bootstrap);
    }
  }

  /** What is local only has to be known to the loop: its work comes as tasks. */
  private record BothHandler(IoHandler system, IoHandler local) implements IoHandler {
    @Override
    public void initialize() {
      system.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
      return system.run(context);
    }

    @Override
    public void prepareToDestroy() {
      local.prepareToDestroy();
      system.prepareToDestroy();
    }

    @Override
    public void destroy() {
      local.destroy();
      system.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
      return (handle instanceof LocalIoHandle ? local : system).register(handle);
    }

    @Override
    public void wakeup() {
      system.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
      return system.isCompatible(type) || local.isCompatible(type);
    }
  }
}
