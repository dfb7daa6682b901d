package io.fastroom.bench.load;

/** Cuts a server's bytes into WebSocket frames. */
final class FrameReader {
  static final int TEXT = 1;
  static final int CLOSE = 8;
  static final int PING = 9;

  interface Frames {
    /**
     * One whole frame.
     *
     * @param opcode 0 for the later parts of a fragmented message
     */
    void frame(int opcode, byte[] bytes, int from, int to);
  }

  private FrameReader() { }

  /** Hands over whole frames between {@code from} and {@code to} and returns where the first one not whole begins. */
  static int read(byte[] bytes, int from, int to, Frames frames) {
    int at = from;
    while (to - at >= 2) {
      if ((bytes[at + 1] & 0x80) != 0 || (bytes[at] & 0x70) != 0) {
        throw new IllegalStateException("a server's frame is masked or has reserved bits");
      }
      int body = at + 2;
      long length = bytes[at + 1] & 0x7f;
      if (length >= 126) {
        int wide = length == 126 ? 2 : 8;
        if (to - body < wide) {
          return at;
        }
        length = number(bytes, body, wide);
        body += wide;
      }
      if (to - body < length) {
        return at;
      }
      int end = body + (int) length;
      frames.frame(bytes[at] & 0x0f, bytes, body, end);
      at = end;
    }
    return at;
  }

  private static long number(byte[] bytes, int from, int width) {
    long n = 0;
    for (int i = from; i < from + width; i++) {
      n = n << 8 | bytes[i] & 0xff;
    }
    return n;
  }
}
