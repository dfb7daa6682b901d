package io.fastroom.websocket;

import io.fastroom.internals.EventLoop;
import io.fastroom.internals.UpgradedSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The input of one socket. Once Vert.x has done the handshake it replaces Vert.x's handler at the end of the pipeline.
 * That frees the HTTP request, its headers and two connection objects with their queues (most of the memory of an idle
 * socket), shows when the peer is alive and when the channel has drained, and lets us choose the close code for a
 * broken frame, where Vert.x closes without any.
 *
 * <p>Thread: the event loop of its socket. Limits: a message has at most {@link #MAX_BYTES}, in however many frames it
 * comes; while the socket is paused, {@link #MOST_AHEAD} are read and one read more.
 */
final class SocketHandler extends ChannelWire {
  static final int MAX_BYTES = 64 << 10;
  /** What is read, in bytes, of a client whose turn it is not: its close frame may be among it. */
  static final int MOST_AHEAD = 16 << 10;
  /** What a frame counts besides its content. */
  private static final int FRAME = 16;

  /** The fragments of a message that is not complete, else null. */
  private ByteBuf fragments;
  /** When the first of them came, by {@link IdleSocketCheck#now}. */
  private long fragmentsSince;
  /** What had been read when the socket was paused, else null. */
  private Deque<WebSocketFrame> waiting;
  /** How much was read since then. */
  private int ahead;
  private boolean paused;
  private boolean draining;

  SocketHandler(Session session, EventLoop owner) {
    super(session, owner);
  }

  /** To be called in the iteration of the loop in which the handshake was done, before anything was read. */
  SocketHandler takeOver(ServerWebSocket socket) {
    UpgradedSocket.takeOver(socket, this);
    return this;
  }

  @Override
  public Framing framing() {
    return Framing.WEB_SOCKET;
  }

  /** What comes from now on waits; little of it is read. */
  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    if (draining) {
      return;
    }
    draining = true;
    while (!paused && waiting != null && !waiting.isEmpty()) {
      handle(waiting.poll());
    }
    draining = false;
    if (!paused && context.channel().isOpen()) {
      waiting = null;
      ahead = 0;
      context.channel().config().setAutoRead(true);
    }
  }

  /** With a close frame; when the peer's answer could not be understood, the end of the stream must do. */
  @Override
  public void close(CloseCode why, boolean deaf) {
    session.outbox().end(why, deaf ? ((DuplexChannel) context.channel())::shutdownOutput : null);
  }

  @Override
  public void channelRead(ChannelHandlerContext ignored, Object message) {
    session.heard();
    if (message instanceof WebSocketFrame frame) {
      owner.dispatch(frame, this::read);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void read(WebSocketFrame frame) {
    if (frame instanceof PongWebSocketFrame || frame instanceof ContinuationWebSocketFrame || !frame.isFinalFragment()) {
      session.counted();
    }
    boolean waits = paused || waiting != null && !waiting.isEmpty();
    if (waits) {
      ahead += frame.content().readableBytes() + FRAME;
      context.channel().config().setAutoRead(ahead < MOST_AHEAD);
    }
    if (frame instanceof PingWebSocketFrame && !session.isClosing()) {
      session.pinged(frame.content());
      frame.release();
    } else if (waits) {
      keep(frame);
    } else {
      handle(frame);
    }
  }

  /** In a buffer of its own: the one it came in may be much larger. */
  private void keep(WebSocketFrame frame) {
    if (waiting == null) {
      waiting = new ArrayDeque<>(4);
    }
    waiting.add(frame.replace(Unpooled.copiedBuffer(frame.content())));
    frame.release();
    if (frame instanceof CloseWebSocketFrame) {
      session.parting();
    }
  }

  private void handle(WebSocketFrame frame) {
    try {
      if (frame instanceof CloseWebSocketFrame close) {
        closedByPeer(close);
      } else if (session.isClosing()) {
        // Its sender has not read our close frame yet.
        return;
      } else if (frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
        text(frame);
      } else if (!(frame instanceof PongWebSocketFrame)) {
        session.close(CloseCode.NOT_TEXT);
      }
    } finally {
      frame.release();
    }
  }

  @Override
  public boolean isUnfinishedFor(long millis) {
    return fragments != null && IdleSocketCheck.now() - fragmentsSince > millis;
  }

  /** The closing handshake: theirs is answered with the same code, ours is complete. */
  private void closedByPeer(CloseWebSocketFrame close) {
    if (session.isClosing()) {
      context.close();
      return;
    }
    session.closedByPeer(close.statusCode());
    CloseWebSocketFrame answer = close.statusCode() < 0
        ? new CloseWebSocketFrame()
        : new CloseWebSocketFrame(close.statusCode(), null);
    session.outbox().drop();
    context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private void text(WebSocketFrame frame) {
    if (fragments == null && frame.isFinalFragment()) {
      message(frame.content());
      return;
    }
    if (fragments == null) {
      fragments = Unpooled.buffer();
      fragmentsSince = IdleSocketCheck.now();
    }
    if (fragments.readableBytes() + frame.content().readableBytes() > MAX_BYTES) {
      fragments = null;
      session.close(CloseCode.TOO_BIG);
      return;
    }
    fragments.writeBytes(frame.content());
    if (frame.isFinalFragment()) {
      ByteBuf whole = fragments;
      fragments = null;
      message(whole);
    }
  }

  private void message(ByteBuf data) {
    String text = data.toString(StandardCharsets.UTF_8);
    // Decoding replaces invalid UTF-8 by U+FFFD; only when that occurs is a second, strict check needed.
    if (text.indexOf('\uFFFD') >= 0 && !ByteBufUtil.isText(data, StandardCharsets.UTF_8)) {
      session.close(CloseCode.INVALID_UTF8);
    } else {
      session.received(text);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ignored, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException broken) {
      // What follows is read and dropped: closing with unread input would reset the connection and lose the close
      // frame.
      context.pipeline().remove(WebSocket13FrameDecoder.class);
      owner.dispatch(() -> session.violation(CloseCode.ofViolation(broken.closeStatus().code())));
    } else {
      super.exceptionCaught(ignored, cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ignored) {
    if (waiting != null) {
      waiting.forEach(WebSocketFrame::release);
      waiting = null;
    }
    super.channelInactive(ignored);
  }
}
