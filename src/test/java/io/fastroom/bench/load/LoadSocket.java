package io.fastroom.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One client: connects, joins its room and counts what it gets.
 *
 * <p>Thread: the loop's. An idle one holds no buffer. It may be connected again after it was closed; what still comes
 * from the old channel is ignored.
 */
@Sharable
final class LoadSocket extends ChannelInboundHandlerAdapter implements FrameReader.Frames {
  private enum State { CLOSED, CONNECTING, OPEN, IN }

  private static final byte[] HEAD = "{\"type\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MORE = "\"more\":true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FRESH = "\"resumed\":false".getBytes(StandardCharsets.US_ASCII);

  final int index;
  final int room;
  private final Crowd crowd;
  private State state = State.CLOSED;
  private Channel channel;
  private byte[] rest;
  private long startedNanos;
  private long seq = -1;
  private boolean resuming;
  private boolean stopped;

  LoadSocket(Crowd crowd, int index, int room) {
    this.crowd = crowd;
    this.index = index;
    this.room = room;
  }

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

  /** Whether it could be sent. */
  boolean send(String json) {
    if (state != State.IN) {
      return false;
    }
    channel.writeAndFlush(Frames.text(channel.alloc(), json), channel.voidPromise());
    return true;
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
    context.writeAndFlush(Frames.upgrade(context.alloc(), "127.0.0.1", crowd.token(index)), context.voidPromise());
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
    int used = state == State.OPEN || state == State.IN ? FrameReader.read(scratch.bytes, from, to, this) : from;
    rest = used < to && state != State.CLOSED ? Arrays.copyOfRange(scratch.bytes, used, to) : null;
  }

  /** Where the first frame begins once the answer to the upgrade is whole; 0 before. */
  private int upgraded(byte[] bytes, int to) {
    for (int i = 3; i < to; i++) {
      if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
        String status = new String(bytes, 0, Math.min(to, 12), StandardCharsets.US_ASCII);
        if (!status.equals("HTTP/1.1 101")) {
          ended("the upgrade was answered by " + status);
          return to;
        }
        state = State.OPEN;
        String join = Frames.join(crowd.room(room), resuming ? seq : -1);
        channel.writeAndFlush(Frames.text(channel.alloc(), join), channel.voidPromise());
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

  private void text(byte[] bytes, int from, int to) {
    if (to - from < HEAD.length + 2 || !Arrays.equals(bytes, from, from + HEAD.length, HEAD, 0, HEAD.length)) {
      ended("got a frame that does not begin with its type");
      return;
    }
    switch (bytes[from + HEAD.length]) {
      case 'c' -> {
        durable(bytes, from, to);
        crowd.chat(this, bytes, from, to);
      }
      // message_updated, message_deleted, member_update; room_updated, room_deleted
      case 'm', 'r' -> durable(bytes, from, to);
      case 'j' -> seq = SeqReader.find(bytes, from, to);
      case 'h' -> history(bytes, from, to);
      case 'e' -> refused(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      default -> { }
    }
  }

  /** On the way in an error is the end of it; inside it is counted. */
  private void refused(String frame) {
    String error = "error " + frame.replaceFirst(".*\"code\":\"(\\w+)\".*", "$1");
    if (state == State.IN) {
      crowd.error(error);
    } else {
      ended(error);
    }
  }

  private void durable(byte[] bytes, int from, int to) {
    long next = crowd.seqs.read(bytes, from, to);
    if (seq >= 0 && next != seq + 1) {
      crowd.disordered(seq, next);
    }
    seq = next;
  }

  private void history(byte[] bytes, int from, int to) {
    if (state == State.IN || find(bytes, from, to, MORE)) {
      return;
    }
    if (resuming) {
      crowd.resumed(!find(bytes, from, to, FRESH));
    }
    state = State.IN;
    crowd.in(this, System.nanoTime() - startedNanos);
  }

  private static boolean find(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i <= to - wanted.length; i++) {
      if (bytes[i] == wanted[0] && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
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

  private void ended(String why) {
    if (state != State.CLOSED) {
      crowd.broken(this, state != State.IN, why);
      state = State.CLOSED;
      rest = null;
      channel.close();
    }
  }
}
