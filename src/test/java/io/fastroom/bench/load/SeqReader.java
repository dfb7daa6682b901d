package io.fastroom.bench.load;

/**
 * Reads the {@code seq} of a durable event, which stands before {@code ts} at the end of its frame.
 *
 * <p>Thread: the loop's; it remembers where the last one was.
 */
final class SeqReader {
  private static final byte[] TS = {',', '"', 't', 's', '"', ':'};
  private static final byte[] SEQ = {'"', 's', 'e', 'q', '"', ':'};

  private int usual = 40;

  /** The seq; -1 when the frame has none. */
  long read(byte[] frame, int from, int to) {
    int at = to - usual;
    if (at <= from || !matches(frame, at, TS)) {
      at = to - TS.length;
      while (at > from && !matches(frame, at, TS)) {
        at--;
      }
      usual = to - at;
    }
    return at > from ? before(frame, from, at) : -1;
  }

  /** The first {@code "seq":} of a frame of another shape; -1 when there is none. */
  static long find(byte[] frame, int from, int to) {
    for (int at = from; at < to - SEQ.length; at++) {
      if (matches(frame, at, SEQ)) {
        int end = at + SEQ.length;
        while (end < to && Character.isDigit(frame[end])) {
          end++;
        }
        return before(frame, from, end);
      }
    }
    return -1;
  }

  private static long before(byte[] frame, int from, int end) {
    long value = 0;
    long unit = 1;
    int at = end - 1;
    for (; at > from && frame[at] >= '0' && frame[at] <= '9'; at--) {
      value += unit * (frame[at] - '0');
      unit *= 10;
    }
    return unit > 1 && matches(frame, at + 1 - SEQ.length, SEQ) ? value : -1;
  }

  private static boolean matches(byte[] frame, int at, byte[] wanted) {
    if (at < 0) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (frame[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
