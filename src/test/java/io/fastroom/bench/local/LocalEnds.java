package io.fastroom.bench.local;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a channel within the process takes that nothing is done with: so much of each socket is its client's. */
public final class LocalEnds {
  private static final int FIRST = 1_000;

  private LocalEnds() { }

  @ChannelHandler.Sharable
  private static final class Nothing extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) { }
  }

  /** Bytes of heap of one end, by so many pairs. */
  public static double bytes(int pairs) throws InterruptedException {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    LocalAddress address = new LocalAddress("ends");
    List<Channel> open = new ArrayList<>(pairs + FIRST);
    try {
      new ServerBootstrap().group(loop).channel(LocalServerChannel.class).childHandler(new Nothing()).bind(address).sync();
      Bootstrap client = new Bootstrap().group(loop).channel(LocalChannel.class).handler(new Nothing());
      connect(client, address, FIRST, open);
      long before = heap();
      connect(client, address, pairs, open);
      return (heap() - before) / 2.0 / pairs;
    } finally {
      open.forEach(Channel::close);
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  private static void connect(Bootstrap client, LocalAddress address, int many, List<Channel> to)
      throws InterruptedException {
    for (int i = 0; i < many; i++) {
      // Those that Netty makes up are hashes, of which two among so many may be the same.
      to.add(client.connect(address, new LocalAddress("end" + to.size())).sync().channel());
    }
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
