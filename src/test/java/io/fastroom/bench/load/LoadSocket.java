package io.fastroom.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One client: connects, joins its room and counts what it gets, whatever the server speaks.
 *
 * <p>Thread: the loop's. An idle one holds no buffer. It may be connected again after it was closed; what still comes
 * from the old channel is ignored.
 */
@Sharable
abstract class LoadSocket extends ChannelInboundHandlerAdapter implements FrameReader.Frames {
  private enum State { CLOSED, CONNECTING, OPEN, IN }

  final int index;
  final int room;
  final Crowd crowd;
  private State state = State.CLOSED;
  private Channel channel;
  private byte[] rest;
  private long startedNanos;
  private boolean resuming;
  private boolean stopped;

  LoadSocket(Crowd crowd, int index, int room) {
    this.crowd = crowd;
    this.index = index;
    this.room = room;
  }

  /** What is asked for, with the token if there is one. */
  abstract String path();

  /** What is sent at first. */
  ByteBuf request(ByteBufAllocator buffers) {
    return Frames.upgrade(buffers, path());
  }

  /** How the answer to it begins. */
  String expected() {
    return "HTTP/1.1 101";
  }

  /** Reads what has come after that answer. @return up to where it was whole */
  int read(byte[] bytes, int from, int to) {
    return FrameReader.read(bytes, from, to, this);
  }

  /** The handshake is done. */
  abstract void opened();

  /** A frame of text came. */
  abstract void text(byte[] bytes, int from, int to);

  /** Sends a chat of {@code size} letters that begins with the marker; whether it could. */
  abstract boolean chat(String marker, int size);

  /** @param resume whether to ask for what was missed since the last event seen */
  void connect(InetSocketAddress to, boolean resume) {
    state = State.CONNECTING;
    resuming = resume;
    startedNanos = System.nanoTime();
    crowd.generator.connect(to, this).addListener(done -> {
      if (!done.isSuccess()) {
        ended("cannot connect: " + done.cause());
      }
    });
  }

  boolean isIn() {
    return state == State.IN;
  }

  boolean isResuming() {
    return resuming;
  }

  /** It is in its room, with what it missed. */
  final void in() {
    state = State.IN;
    crowd.in(this, System.nanoTime() - startedNanos);
  }

  final void send(String text) {
    channel.writeAndFlush(Frames.text(channel.alloc(), text), channel.voidPromise());
  }

  /** Whether what comes is read; what is not stays in the kernel, then with the server. */
  void read(boolean on) {
    stopped = true;
    channel.config().setAutoRead(on);
  }

  /** Whether it ever stopped reading, so that how late chats are for it says nothing about the server. */
  boolean hasStopped() {
    return stopped;
  }

  void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      channel.close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.writeAndFlush(request(context.alloc()), context.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf read = (ByteBuf) message;
    if (context.channel() != channel || state == State.CLOSED) {
      read.release();
      return;
    }
    Scratch scratch = crowd.generator.scratch;
    int to = scratch.fill(rest, read);
    read.release();
    crowd.now = System.nanoTime();
    int from = state == State.CONNECTING ? upgraded(scratch.bytes, to) : 0;
    int used = state == State.OPEN || state == State.IN ? read(scratch.bytes, from, to) : from;
    rest = used < to && state != State.CLOSED ? Arrays.copyOfRange(scratch.bytes, used, to) : null;
  }

  /** Where the first frame begins once the answer to the upgrade is whole; 0 before. */
  private int upgraded(byte[] bytes, int to) {
    for (int i = 3; i < to; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        String status = new String(bytes, 0, Math.min(to, 12), StandardCharsets.US_ASCII);
        if (!status.equals(expected())) {
          ended("the request was answered by " + status);
          return to;
        }
        state = State.OPEN;
        opened();
        return i + 1;
      }
    }
    return 0;
  }

  @Override
  public void frame(int opcode, byte[] bytes, int from, int to) {
    switch (opcode) {
      case FrameReader.TEXT -> text(bytes, from, to);
      case FrameReader.PING -> channel.writeAndFlush(
          Frames.frame(channel.alloc(), 10, Arrays.copyOfRange(bytes, from, to)), channel.voidPromise());
      case FrameReader.CLOSE -> ended("closed with "
          + (to - from < 2 ? "no code" : "" + ((bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff)));
      default -> { }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (context.channel() == channel) {
      ended("the connection broke");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    ended(cause.toString());
  }

  final void ended(String why) {
    if (state != State.CLOSED) {
      crowd.broken(this, state != State.IN, why);
      state = State.CLOSED;
      rest = null;
      channel.close();
    }
  }
}
