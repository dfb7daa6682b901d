package io.fastroom.websocket;

import io.fastroom.internals.EventLoop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;

/**
 * A stream of events over HTTP/1: the connection ends with it, so its body needs no length, and its client has nothing
 * more to say.
 *
 * <p>Thread: its event loop. Limits: a client that sends more than {@link #MOST} bytes all the same is cut off.
 */
final class StreamWire extends ChannelWire {
  private static final int MOST = 64 << 10;

  private int said;

  StreamWire(Session session, EventLoop owner) {
    super(session, owner);
  }

  @Override
  public Framing framing() {
    return Framing.EVENT_STREAM;
  }

  @Override
  public void channelRead(ChannelHandlerContext ignored, Object message) {
    said += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    ReferenceCountUtil.release(message);
    if (said > MOST) {
      context.close();
    }
  }

  @Override
  public void pause() { }

  @Override
  public void resume() { }

  @Override
  public void close(CloseCode why, boolean deaf) {
    session.outbox().end(why, context::close);
  }

  @Override
  public boolean isUnfinishedFor(long millis) {
    return false;
  }
}
