package io.fastroom.internals;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import java.util.Objects;

/**
 * Takes a connection over from Vert.x whose request, over HTTP/1, has been read and is answered by somebody else, byte by
 * byte. Thread: the connection's event loop.
 */
public final class TakenConnection {
  /** That of the native transport, by its name, since the transport need not be there; another one ignores it. */
  private static final ChannelOption<Integer> USER_TIMEOUT =
      ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#TCP_USER_TIMEOUT");

  private TakenConnection() { }

  /** Whether the peer is still there: nothing can be taken over from a closed channel. */
  public static boolean isOpen(HttpServerRequest request) {
    return ((ConnectionBase) request.connection()).channel().isActive();
  }

  /**
   * Leaves nothing in the pipeline but TLS and the handler. For Vert.x the connection ends here.
   *
   * @param silenceMillis how long the peer's machine may leave bytes unacknowledged, where the transport can tell
   */
  public static void takeOver(HttpServerRequest request, ChannelHandler handler, int silenceMillis) {
    ChannelHandlerContext theirs = ((ConnectionBase) request.connection()).channelHandlerContext();
    ChannelPipeline pipeline = theirs.pipeline();
    pipeline.replace(theirs.name(), "stream", handler);
    for (Map.Entry<String, ChannelHandler> each : pipeline) {
      if (each.getValue() != handler && !(each.getValue() instanceof SslHandler)) {
        pipeline.remove(each.getValue());
      }
    }
    theirs.channel().config().setOption(USER_TIMEOUT, silenceMillis);
    theirs.channel().config().setAutoRead(true);
    try {
      ((ChannelInboundHandler) Objects.requireNonNull(theirs.handler())).channelInactive(theirs);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
