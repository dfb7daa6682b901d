package io.fastroom.websocket;

import io.fastroom.internals.EventLoop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that one session has for itself: the last handler of its pipeline. Thread: its event loop. */
abstract class ChannelWire extends ChannelInboundHandlerAdapter implements Wire {
  private static final Logger LOG = LoggerFactory.getLogger("fastroom.websocket");

  final Session session;
  /** The context that the handlers run on, so that their questions are answered there. */
  final EventLoop owner;
  ChannelHandlerContext context;

  ChannelWire(Session session, EventLoop owner) {
    this.session = session;
    this.owner = owner;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public Pipe pipe() {
    return new ChannelPipe(context);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ignored) {
    if (context.channel().isWritable()) {
      owner.dispatch(session.outbox()::drained);
      owner.dispatch(session::drained);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
    LOG.debug("{} failed: {}", session.connId(), cause.toString());
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ignored) {
    owner.dispatch(session::closed);
  }
}
