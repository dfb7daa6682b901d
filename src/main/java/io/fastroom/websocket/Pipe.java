package io.fastroom.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Where the bytes of one {@link Outbox} go. Thread: the event loop of its session. */
interface Pipe {
  ByteBufAllocator alloc();

  /** Bytes that were written and not sent. */
  long pending();

  /** Whether it should be given more now; else its session is told when it should. */
  boolean isWritable();

  /** Takes ownership of the buffer. */
  void write(ByteBuf bytes);

  /** @param sent what is done when it was sent, null for nothing */
  void writeLast(ByteBuf bytes, Runnable sent);

  void flush();

  /** At once, whatever is pending. */
  void close();

  /**
   * Writes to the socket in one call, past the pipeline. To be called while nothing is pending.
   *
   * @param bytes stay the caller's, in a direct buffer
   * @return how many of them it has taken, 0 also where that cannot be done
   */
  int offer(ByteBuf bytes);
}
