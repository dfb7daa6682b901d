package io.fastroom.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * The way out of one socket. Everything but close frames passes here, as whole frames that the WebSocket encoder lets
 * through, so order is the order of the calls; it is written to the channel at once and flushed at the end of the turn.
 *
 * <p>Thread: the event loop of its socket.
 *
 * <p>Limits: {@link #LIMIT} bytes may be pending; who writes asks {@link #hasRoomFor} or {@link #isLow} first.
 */
final class Outbox {
  /** What may be queued for one socket, in bytes. */
  static final int LIMIT = 1 << 20;
  /** Below it a reader has caught up enough to be given more, in bytes. */
  static final int LOW = 256 << 10;

  private static final byte[] PING = {(byte) 0x89, 0};
  private static final int PONG = 0x8A;

  private final ChannelHandlerContext channel;
  private final Turn turn;
  private final SocketMetrics metrics;
  private long written;
  private boolean dirty;
  private boolean shut;

  Outbox(ChannelHandlerContext channel, Turn turn, SocketMetrics metrics) {
    this.channel = channel;
    this.turn = turn;
    this.metrics = metrics;
  }

  ByteBufAllocator alloc() {
    return channel.alloc();
  }

  /** Bytes the socket has not taken yet. */
  long pending() {
    ChannelOutboundBuffer buffer = channel.channel().unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** Bytes the socket has taken so far; tells a slow reader from one that has stopped. */
  long taken() {
    return written - pending();
  }

  boolean hasRoomFor(int bytes) {
    return pending() + bytes <= LIMIT;
  }

  boolean isLow() {
    return pending() < LOW;
  }

  void send(ServerFrame frame) {
    send(FrameCodec.encode(frame));
  }

  /** @param json never changed after */
  void send(byte[] json) {
    if (!shut) {
      ByteBuf frame = alloc().directBuffer(TextFrame.size(json.length));
      TextFrame.write(frame, json);
      metrics.framesOut(1);
      write(frame);
    }
  }

  void ping() {
    write(alloc().directBuffer(PING.length).writeBytes(PING));
  }

  /** @param payload at most 125 bytes */
  void pong(ByteBuf payload) {
    int length = payload.readableBytes();
    write(alloc().directBuffer(length + 2).writeByte(PONG).writeByte(length).writeBytes(payload));
  }

  /** Writes whole frames and takes the buffer over. */
  void write(ByteBuf frames) {
    assert turn.isMine();
    if (shut) {
      frames.release();
      return;
    }
    written += frames.readableBytes();
    metrics.bytesOut(frames.readableBytes());
    channel.write(frames, channel.voidPromise());
    if (!dirty) {
      dirty = true;
      turn.add(this);
    }
  }

  void flush() {
    dirty = false;
    channel.flush();
  }

  /** Nothing is written any more. */
  void shut() {
    shut = true;
  }

  /** Closes the channel at once: a close frame would queue behind what a dead peer never takes. */
  void abort() {
    shut = true;
    channel.close();
  }
}
