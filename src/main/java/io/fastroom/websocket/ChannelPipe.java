package io.fastroom.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;

/** A connection that one session has for itself. Thread: its event loop. */
final class ChannelPipe implements Pipe {
  private final ChannelHandlerContext channel;
  /** Null when the pipeline cannot be bypassed: TLS, or no native transport. */
  private final Socket socket;
  /** What the channel holds, kept here because every delivery asks for it. */
  private final ChannelOutboundBuffer buffer;

  /** @param channel that of the last handler, before which nothing changes the bytes */
  ChannelPipe(ChannelHandlerContext channel) {
    this.channel = channel;
    this.socket = channel.channel() instanceof UnixChannel unix && unix.fd() instanceof Socket its
        && channel.pipeline().get(SslHandler.class) == null ? its : null;
    this.buffer = channel.channel().unsafe().outboundBuffer();
  }

  @Override
  public ByteBufAllocator alloc() {
    return channel.alloc();
  }

  @Override
  public long pending() {
    return buffer.totalPendingWriteBytes();
  }

  @Override
  public boolean isWritable() {
    return channel.channel().isWritable();
  }

  @Override
  public void write(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  @Override
  public void writeLast(ByteBuf bytes, Runnable sent) {
    ChannelFuture written = channel.write(bytes);
    if (sent != null) {
      written.addListener(done -> sent.run());
    }
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public void close() {
    channel.close();
  }

  @Override
  public int offer(ByteBuf bytes) {
    try {
      return socket != null && socket.isOpen() && bytes.hasMemoryAddress()
          ? socket.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex()) : 0;
    } catch (IOException e) {
      // The channel will fail the same way, and close.
      return 0;
    }
  }
}
