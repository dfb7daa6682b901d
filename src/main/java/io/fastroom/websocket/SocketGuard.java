package io.fastroom.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;

/**
 * Stands before Vert.x's handler in the pipeline of one socket for what its API does not tell: that the peer is alive
 * (also while the socket is paused), that the channel has drained, and with which code a broken frame is to be closed
 * (Vert.x would close without any).
 *
 * <p>Thread: the event loop of its socket.
 */
final class SocketGuard extends ChannelInboundHandlerAdapter {
  private final Session session;

  SocketGuard(Session session) {
    this.session = session;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    session.heard();
    context.fireChannelRead(message);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    context.fireChannelWritabilityChanged();
    if (context.channel().isWritable()) {
      session.drained();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException broken) {
      // The decoder drops whatever follows, so the close frame is not lost to a reset for unread input.
      session.violation(Goodbye.ofViolation(broken.closeStatus().code()));
    } else {
      context.fireExceptionCaught(cause);
    }
  }
}
