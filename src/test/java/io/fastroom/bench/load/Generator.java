package io.fastroom.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A thread that holds sockets of the load: all of them, except where some must be measured while others storm.
 *
 * <p>Thread: everything of a {@link Crowd} and its sockets happens on {@link #loop}; other threads come in by
 * {@link #call}.
 */
public final class Generator implements AutoCloseable {
  /** Source ports of one loopback address; beyond it the next address is used. */
  private static final int SOCKETS_PER_ADDRESS = 20_000;
  /** As large as the thread's own cache of buffers still takes, so that one buffer serves all sockets. */
  private static final int READ_BYTES = 32 << 10;

  /** The name of the thread, for whoever pins it. */
  public static final String THREAD = "load-generator";

  private final SpinThenSleep strategy = new SpinThenSleep();
  private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1,
      (ThreadFactory) task -> new FastThreadLocalThread(task, THREAD), EpollIoHandler.newFactory(4096, () -> strategy));
  private final EventLoop loop = group.next();
  private final Bootstrap bootstrap = new Bootstrap().group(loop).channel(EpollSocketChannel.class)
      .option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 30_000)
      .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
      .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(4))
      .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final long threadId = call(() -> Thread.currentThread().getId());
  final Scratch scratch = new Scratch();
  private int connected;

  EventLoop loop() {
    return loop;
  }

  /** Runs something on the loop and waits for it. */
  public <T> T call(Callable<T> task) {
    try {
      return loop.submit(task).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  void run(Runnable task) {
    call(() -> {
      task.run();
      return null;
    });
  }

  /** Connects; the channel closes itself when that fails. */
  ChannelFuture connect(InetSocketAddress to, LoadSocket socket) {
    int address = connected++ / SOCKETS_PER_ADDRESS % 200;
    Bootstrap from = bootstrap.clone().handler(socket);
    return address == 0 ? from.connect(to)
        : from.connect(to, new InetSocketAddress("127.0.1." + address, 0));
  }

  /** CPU time the loop has worked so far, polling in vain not counted. */
  public long workedNanos() {
    return call(() -> threads.getThreadCpuTime(threadId) - strategy.polledNanos());
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
