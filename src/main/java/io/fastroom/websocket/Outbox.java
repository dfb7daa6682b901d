package io.fastroom.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/**
 * The way out of one socket. Everything but close frames passes here, as whole frames that the WebSocket encoder lets
 * through, so order is the order of the calls; it is written to the channel at once and flushed at the end of the batch.
 * What a room writes at the end of a batch goes to the socket itself while nothing else is pending.
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
  /** Null when there is no way past the pipeline: TLS, or no native transport. */
  private final Socket socket;
  /** What the channel holds, kept here because every delivery asks for it. */
  private final ChannelOutboundBuffer buffer;
  private final FlushBatch batch;
  private final SocketMetrics metrics;
  private long written;
  private boolean dirty;
  private boolean shut;

  Outbox(ChannelHandlerContext channel, FlushBatch batch, SocketMetrics metrics) {
    this.channel = channel;
    this.socket = channel.channel() instanceof UnixChannel unix && unix.fd() instanceof Socket its
        && channel.pipeline().get(SslHandler.class) == null ? its : null;
    this.buffer = channel.channel().unsafe().outboundBuffer();
    this.batch = batch;
    this.metrics = metrics;
  }

  ByteBufAllocator alloc() {
    return channel.alloc();
  }

  /** Bytes the socket has not taken yet. */
  long pending() {
    return buffer.totalPendingWriteBytes();
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

  /**
   * Writes what a room has for all its sockets at the end of a batch, unless there is no room for it. While nothing is
   * pending it goes to the socket in one call, which spares a fan-out the walk through the pipeline; whatever the socket
   * does not take, a failure too, is left to the channel.
   *
   * @param frames whole ones in a direct buffer, which stays the caller's
   * @return false when nothing was written
   */
  boolean share(ByteBuf frames) {
    int length = frames.readableBytes();
    long pending = pending();
    if (pending + length > LIMIT) {
      return false;
    }
    int taken = pending > 0 || shut || socket == null ? 0 : offer(frames);
    wrote(taken);
    if (taken < length) {
      write(frames.retainedSlice(frames.readerIndex() + taken, length - taken));
    }
    return true;
  }

  private void wrote(int bytes) {
    written += bytes;
    batch.wrote(bytes);
  }

  /** Returns how many bytes the socket took. */
  private int offer(ByteBuf frames) {
    try {
      return socket.isOpen() ? socket.sendAddress(frames.memoryAddress(), frames.readerIndex(), frames.writerIndex()) : 0;
    } catch (IOException e) {
      // The channel will fail the same way, and close.
      return 0;
    }
  }

  /** Writes whole frames and takes the buffer over. */
  void write(ByteBuf frames) {
    assert batch.isMine();
    if (shut) {
      frames.release();
      return;
    }
    wrote(frames.readableBytes());
    channel.write(frames, channel.voidPromise());
    if (!dirty) {
      dirty = true;
      batch.add(this);
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
