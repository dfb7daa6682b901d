package io.fastroom.internals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.ConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Connections of the mail client, which by itself keeps all that a server says until that is a line, keeps a connection
 * for as long as its server says anything at all, and throws when one ends after a letter's last line. Thread: any.
 */
public final class MailConnections {
  private MailConnections() { }

  /**
   * What a mail client is made with, so that each of its connections is closed after so much.
   *
   * @param bytes that the server says, TLS included
   * @param seconds since it was made
   */
  public static Vertx bounded(Vertx vertx, int bytes, int seconds) {
    return new VertxWrapper((VertxInternal) vertx) {
      @Override
      public NetClient createNetClient(NetClientOptions options) {
        return new Bounded(super.createNetClient(options), bytes, seconds);
      }
    };
  }

  private record Bounded(NetClient client, int bytes, int seconds) implements NetClient {
    private Future<NetSocket> bound(Future<NetSocket> connected) {
      return connected.map(socket -> {
        ChannelHandlerContext client = ((NetSocketInternal) socket).channelHandlerContext();
        client.pipeline().addFirst(new Bound(bytes, seconds)).addBefore(client.name(), "end", new End());
        return socket;
      });
    }

    @Override
    public Future<NetSocket> connect(int port, String host) {
      return bound(client.connect(port, host));
    }

    @Override
    public Future<NetSocket> connect(int port, String host, String serverName) {
      return bound(client.connect(port, host, serverName));
    }

    @Override
    public Future<NetSocket> connect(SocketAddress address) {
      return bound(client.connect(address));
    }

    @Override
    public Future<NetSocket> connect(SocketAddress address, String serverName) {
      return bound(client.connect(address, serverName));
    }

    @Override
    public Future<NetSocket> connect(ConnectOptions options) {
      return bound(client.connect(options));
    }

    @Override
    public Future<Void> shutdown(long timeout, TimeUnit unit) {
      return client.shutdown(timeout, unit);
    }

    @Override
    public Future<Boolean> updateSSLOptions(ClientSSLOptions options, boolean force) {
      return client.updateSSLOptions(options, force);
    }
  }

  private static final class Bound extends ChannelInboundHandlerAdapter {
    private final int seconds;
    private long left;

    Bound(int bytes, int seconds) {
      this.left = bytes;
      this.seconds = seconds;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      context.executor().schedule(() -> context.channel().close(), seconds, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
      ByteBuf bytes = (ByteBuf) read;
      left -= bytes.readableBytes();
      if (left >= 0) {
        context.fireChannelRead(bytes);
      } else {
        bytes.release();
        context.channel().close();
      }
    }
  }

  /** Whatever a connection ends by is as good as an answer with the code that RFC 5321 (3.8) has for it. */
  private static final class End extends ChannelInboundHandlerAdapter {
    private String reason = "the connection was closed";

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      reason = String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}+", " ");
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      context.fireChannelRead(Unpooled.copiedBuffer("451 4.4.2 " + reason + "\r\n", StandardCharsets.UTF_8));
      context.fireChannelInactive();
    }
  }
}
