package io.fastroom.internals;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

/** Takes a socket over from Vert.x once its handshake is done. Thread: the socket's event loop. */
public final class UpgradedSocket {
  private UpgradedSocket() { }

  /** Whether the peer is still there after the handshake: nothing can be taken over from a closed channel. */
  public static boolean isOpen(ServerWebSocket socket) {
    return ((WebSocketInternal) socket).channelHandlerContext().channel().isActive();
  }

  /**
   * Replaces Vert.x's handler at the end of the pipeline. For Vert.x, its metrics included, the connection ends here.
   * To be called in the turn of the loop in which the handshake was done, before anything was read.
   */
  public static void takeOver(ServerWebSocket socket, ChannelHandler handler) {
    ChannelHandlerContext theirs = ((WebSocketInternal) socket).channelHandlerContext();
    theirs.pipeline().replace(theirs.name(), "socket", handler);
    HttpConnections.readNoMore(theirs.pipeline());
    try {
      ((ChannelInboundHandler) theirs.handler()).channelInactive(theirs);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
