package io.fastroom.bench.load;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** Where the loop parses: one array for all sockets, since only one is read at a time. */
final class Scratch {
  private static final int MAX_BYTES = 64 << 20;

  byte[] bytes = new byte[256 << 10];

  /**
   * Puts what a socket has left over and what just came one after the other.
   *
   * @param rest null for nothing
   * @return how many bytes there are
   */
  int fill(byte[] rest, ByteBuf read) {
    int before = rest == null ? 0 : rest.length;
    int n = before + read.readableBytes();
    if (n > MAX_BYTES) {
      throw new IllegalStateException("a frame of more than " + MAX_BYTES + " bytes");
    }
    if (n > bytes.length) {
      bytes = Arrays.copyOf(bytes, Integer.highestOneBit(n) << 1);
    }
    if (before > 0) {
      System.arraycopy(rest, 0, bytes, 0, before);
    }
    read.readBytes(bytes, before, n - before);
    return n;
  }
}
