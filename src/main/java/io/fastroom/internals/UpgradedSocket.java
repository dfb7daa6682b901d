package io.fastroom.internals;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/** Takes a socket out of Vert.x's hands once its handshake is done. Thread: the socket's event loop. */
public final class UpgradedSocket {
  private UpgradedSocket() { }

  /** Whether the peer has not gone during the handshake: of a closed channel nothing can be taken over. */
  public static boolean isOpen(ServerWebSocket socket) {
    return ((WebSocketInternal) socket).channelHandlerContext().channel().isActive();
  }

  /**
   * Puts a handler in the place of Vert.x's at the end of the pipeline. For Vert.x, its metrics included, the
   * connection ends here. To be called in the iteration of the loop in which the handshake was done, before anything
   * was read.
   */
  public static void takeOver(ServerWebSocket socket, ChannelHandler handler) {
    ChannelHandlerContext theirs = ((WebSocketInternal) socket).channelHandlerContext();
    theirs.pipeline().replace(theirs.name(), "socket", handler);
    try {
      ((ChannelInboundHandler) theirs.handler()).channelInactive(theirs);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
